"""The store: what a pump's state is as bytes, how it outlives a loss of power, and a journal of all that happened."""
