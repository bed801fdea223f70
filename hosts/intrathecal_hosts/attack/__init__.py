"""The adversary: hosts that do everything wrong that a host can do, and everything that may befall a pump."""
