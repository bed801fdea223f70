"""Waiting: what it takes for two ticks to leave what one leaves."""

from __future__ import annotations

from intrathecal_proofs.argument import rests_on

rests_on(
    "a_wait_in_two_parts_leaves_the_same_books",
    # A command that is armed anew after the first tick is the one that was running, or what is left of it.
    "in_every_mode_the_flow_is_the_one_the_mode_prescribes",
    "no_flow_is_zero_without_a_cause",
    "the_commanded_flow_is_one_the_device_can_run",
    "the_safe_mode_runs_the_fallback_or_nothing",
    "a_pump_that_cannot_deliver_has_no_therapy",
    "nothing_is_commanded_that_the_hardware_cannot_deliver",
    "the_fallback_runs_while_there_is_volume",
    "a_candidate_has_delivered_nothing",
    "only_an_implanted_pump_runs",
    "an_mri_is_that_of_an_implanted_pump",
    # A constant flow has one command.
    "a_constant_flow_runs_whatever_happens",
    "a_constant_flow_knows_no_other_mode",
    "the_factory_flow_is_the_whole_therapy",
    "the_dose_window_never_forgets_a_constant_flow",
    # It lasts as long: to the slot's end, the bolus's, the arrival of a bridge or the next level of the reservoir.
    "times_are_in_order",
    "a_command_burns_no_more_than_promised",
    "a_command_keeps_the_reservoirs_levels",
    "a_bridges_command_ends_where_it_does",
    "a_command_takes_no_more_than_is_reckoned_with",
    "a_running_bolus_has_not_ended",
    "a_bolus_is_in_range",
    "no_schedule_runs_before_the_line_has_cleared",
    "a_bridge_is_in_range",
    "a_bridge_belongs_to_an_implanted_pump",
    "levels_are_in_order",
    "the_reservoir_is_in_range",
    # And it has the same price.
    "every_burn_is_its_flows_price",
    "a_commands_burn_is_its_flows_price",
    "flows_are_in_range",
    "limits_are_in_range",
    "the_window_adds_up",
)
