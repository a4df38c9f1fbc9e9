"""Files of a plant on their way into the record: received, understood, told of, and taken back."""
