"""What machines of a plant tell by themselves: listened to, kept before it is acknowledged, put on record in parts."""
