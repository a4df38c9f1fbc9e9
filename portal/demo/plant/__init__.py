"""A plant of the demonstration world, told from files as a plant has them: bone screws, and a sterile kit of them."""
