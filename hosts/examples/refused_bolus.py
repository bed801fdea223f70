"""One refused bolus, step by step: why the pump says no, what it says no more about, and when it will say yes.

    python hosts/examples/refused_bolus.py

Runs from top to bottom; an editor that knows cells runs it cell by cell. Each `# %%` begins one.

Software for engineers, with an invented therapy: not a medical device, no clinical advice.
"""

# %% A pump, a solution, a prescription: 5 mg/d of morphine, and up to four boluses of 0.25 mg, two hours apart.
from __future__ import annotations

from intrathecal import Authority, Event, PatientBolus, Program, Pump, Reason, Step, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import BolusDose, commission, make_solution, prescription_from_doses
from intrathecal.quantities import hours, mg, mg_per_day, mg_per_ml, minutes, ml
from intrathecal.units import DAY, NANOLITRE, NEVER, SHARES, SLOT
from intrathecal_hosts.amounts import decimals, moment
from intrathecal_hosts.plant.audit_doses import ceiling_of

MODEL = device("SynchroMed II 20 mL", serial=1)
MORPHINE = drug("morphine")
STRENGTH = mg_per_ml(25)
SOLUTION = make_solution(ingredients=[(MORPHINE, STRENGTH)])
PRESCRIPTION = prescription_from_doses(
    solution=SOLUTION,
    drug=MORPHINE,
    dose=mg_per_day(5),
    bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
)
MEANING = {Reason.LOCKOUT: "the lockout after the last bolus has not passed"}
"""What the reason that is met here means; the documentation of `intrathecal.Reason` says it of all."""
print("Software for engineers, with an invented therapy: not a medical device, no clinical advice.\n")


def in_mg(nanograms: int) -> str:
    """A mass for a reader, to the nearest microgram."""
    return f"{decimals(nanograms, 1_000_000, 3)} mg"


def tell(pump: Pump, event: Event) -> Step:
    """The pump's answer, in words."""
    answer = step(MODEL, pump, event)
    verdict = answer.verdict
    said = "accepted" if verdict.accepted else f"refused, {verdict.reason.name}: {MEANING[verdict.reason]}"
    print(f"{moment(event.at)}  {type(event).__name__} {said}")
    return answer


def wait(pump: Pump, until: int) -> Pump:
    """A host that is there: it ticks at the end of every command, up to then (s)."""
    while pump.now < until:
        pump = step(MODEL, pump, Tick(min(pump.command.until, until))).pump
    return pump


# %% The pump is implanted and programmed at midnight; at 08:00 the patient asks for a bolus, and has it.
pump = tell(
    candidate(MODEL),
    commission(
        at=hours(0),
        number=1,
        authority=Authority.CLINICIAN,
        solution=SOLUTION,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml("0.01"),
        reference=[mg_per_day(6)],  # what the patient has had until now
        reference_acknowledged=True,
    ),
).pump
pump = tell(pump, Program(0, 2, Authority.CLINICIAN, PRESCRIPTION, soft_limit_acknowledged=False)).pump
pump = wait(pump, hours(8).seconds)
first = tell(pump, PatientBolus(pump.now, pump.number + 1))
pump = first.pump

# %% At 09:00 the patient asks again. The verdict is an ordinary answer: not accepted, and one reason.
pump = wait(pump, hours(9).seconds)
refused = tell(pump, PatientBolus(pump.now, pump.number + 1))
assert refused.pump == step(MODEL, pump, Tick(pump.now)).pump
print("          A refused event leaves what a bare tick leaves: the number is free, and therapy runs on.\n")
pump = refused.pump

# %% Is it the dose? The window by hand: what the last 24 hours have had, in nominal drug, at the fast end of tolerance.
bolus = PRESCRIPTION.patient_bolus
bolus_ng = bolus.volume // NANOLITRE * STRENGTH.ng_per_ml // 1_000_000
basal_ng = mg_per_day(5).ng_per_day * (pump.now - bolus.duration) // DAY  # the bolus ran in place of the schedule
had_ng = (basal_ng + bolus_ng) * (1_000 + MODEL.fast) // 1_000
ceiling_ng = ceiling_of(MORPHINE.hard, MODEL.fast)
by_hand = 100 * had_ng / ceiling_ng
in_pump = 100 * (pump.window.total + pump.window.current) / SHARES
print(f"Schedule  {in_mg(basal_ng)} in 8 h 51 min, at 5 mg/d")
print(f"Bolus     {in_mg(bolus_ng)} in 9 min")
print(f"Together  {in_mg(had_ng)} at the most, as the pump may run {decimals(MODEL.fast, 10, 1)} % fast")
print(f"Ceiling   {in_mg(ceiling_ng)} in any 24 h, of the hard limit of {in_mg(MORPHINE.hard)} a day at that end")
print(f"Window    {by_hand:.2f} % of the ceiling by hand, {in_pump:.2f} % in the pump, which rounds up")

# %% What a bolus is judged by: 49 half-hours of the schedule and the boluses, beside the patient's own ceiling.
own = PRESCRIPTION.ceiling // NANOLITRE * STRENGTH.ng_per_ml // 1_000_000
needed = mg_per_day(5).ng_per_day * (DAY + SLOT) // DAY + 2 * bolus_ng
print(f"A day of schedule, its slot more, and two boluses: {in_mg(needed)}; the patient's own ceiling: {in_mg(own)}.")
print("So it is not the dose: there is room. The reason is the lockout, and nothing else.\n")

# %% When, then? The verdict tells a time only of a shifted schedule; of a lockout the pump's own history does: it
# counts from the end of the last bolus.
assert refused.verdict.earliest == NEVER
allowed = pump.history.ended + bolus.lockout
print(f"The last bolus ended at {moment(pump.history.ended)}; with the lockout of {bolus.lockout // 3_600} h")
print(f"the next is allowed from {moment(allowed)} on.")

# %% A second before it is still refused; at that very second it is accepted.
early = tell(wait(pump, allowed - 1), PatientBolus(allowed - 1, pump.number + 1))
accepted = tell(wait(early.pump, allowed), PatientBolus(allowed, early.pump.number + 1))
command = accepted.command
lasts = (command.until - allowed) // 60
print(f"          It runs at {decimals(command.flow, 1_000_000, 3)} mL/d for {lasts} min, then the schedule again.")
