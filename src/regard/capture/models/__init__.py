from regard.capture.models.event import Event
from regard.capture.models.import_repeats import ImportRepeats
from regard.capture.models.import_run import ImportRun, ImportState
from regard.capture.models.parked import ParkedEvent
from regard.capture.models.position import ReaderPosition
from regard.capture.models.rejected import RejectedEvent
from regard.capture.models.source import Source, WriteKey

__all__ = [
    "Event",
    "ImportRepeats",
    "ImportRun",
    "ImportState",
    "ParkedEvent",
    "ReaderPosition",
    "RejectedEvent",
    "Source",
    "WriteKey",
]
