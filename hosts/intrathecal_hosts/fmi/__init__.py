"""An FMU for co-simulation (FMI 2.0): core and plant run a scenario together, led by another simulator."""
