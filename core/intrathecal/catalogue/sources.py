"""The bibliography: what each source key stands for. Outside the verifiable subset."""

from __future__ import annotations

from typing import Final

SOURCES: Final = {
    "S-aneskey": "Intrathecal therapy for abdominal pain: dose ranges of one centre (aneskey.com)",
    "S-bac1": "Dosing of Lioresal and Gablofen (minclinic.eu)",
    "S-bac2": "Baclofen (skyscape.com)",
    "S-bac3": "Gablofen label (medlibrary.org)",
    "S-bac4": "Baclofen dosage (drugs.com)",
    "S-bac5": "Gablofen (empr.com)",
    "S-clonidine": "Rebound hypertension and acute withdrawal after epidural clonidine, Anesthesiology 84:729, 1996",
    "S-ecri": "Overinfusion of SynchroMed II, March 2014 (ecri.org)",
    "S-fda17": "FDA, update on priming boluses, 2017 (ucm546558)",
    "S-flow22": "Prometra II manual 13827, page 22 (manualshive.com)",
    "S-flowmri": "Prometra MRI safety information PL-21604-02, January 2020 (dokumen.tips)",
    "S-flowmri2": "Prometra II manual 13827, page 8 (manualshive.com)",
    "S-icij17": "ICIJ, RC-2017-RN-00065-1: the software update of 2016 and 2017",
    "S-infu": "Infumorph (empr.com)",
    "S-medmri": "Codman MedStream manual 744850, page 100 (manualslib.mx)",
    "S-medstream": "MedStream Class I recall, June 2013 (medicaldesignandoutsourcing.com)",
    "S-mri": "Medtronic MRI guidelines for SynchroMed II and EL (professional.medtronic.com)",
    "S-neuro2mL": "Residual volume and withdrawal with SynchroMed pumps, Neurosurgery 2004(8) (metajournal.com)",
    "S-prialt": "Prialt label (prescriberpoint.com)",
    "S-prialt2": "Prialt label (medlibrary.org)",
    "S-prialt3": "Prialt label (pdr.net)",
    "S-prialt4": "Prialt label, overdosage (pill2trip.com)",
    "S-prialtweb": "Prialt, importance of titration (prialt.com)",
    "S-ptc5": "Prometra patient therapy controller manual, page 5 (manualshive.com)",
    "S-ptc6": "Prometra patient therapy controller manual, page 6 (manualshive.com)",
    "S-z1338": "FDA recall Z-1338-2012 (softwarecpr.com; ICIJ)",
}
"""By key: who says it, and where it was read."""
