"""Numbers: nothing overflows, nothing is divided by zero or looked up where there is nothing, no record is refused."""

from __future__ import annotations

from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Divisor, Index, Intermediate, Part, requirement


@requirement("NUM-1", hazards=(Hazard.WRONG_VOLUME,), source="design: Keeping state")
def every_intermediate_value_fits_64_bits(number: Intermediate) -> bool:
    """Every value that the core computes, on every way through it, fits a signed 64-bit integer."""
    return -9_223_372_036_854_775_808 <= number.value and number.value <= 9_223_372_036_854_775_807


@requirement("NUM-2", hazards=(Hazard.STUCK,), source="design: The shape of the core")
def nothing_is_divided_by_zero(number: Divisor) -> bool:
    """Whatever the core divides by is above zero: a step raises nothing, and rounding is toward the named side."""
    return number.value > 0


@requirement("NUM-2", hazards=(Hazard.STUCK,), source="design: The shape of the core")
def nothing_is_looked_up_outside_a_tuple(number: Index) -> bool:
    """Wherever the core looks into a tuple, there is something. A place that is written as a number is looked at while
    the code is lifted: outside the tuple it is refused there, and nothing is proven."""
    return 0 <= number.place and number.place < number.size


@requirement("NUM-2", hazards=(Hazard.STUCK,), source="design: The shape of the core")
def a_record_is_given_what_it_takes(number: Part) -> bool:
    """Wherever the core makes a record that checks its numbers, they lie where it takes them: a step raises nothing."""
    return number.low <= number.value and number.value <= number.high
