"""How often something that may be in vain was of use."""

import logging
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """How often something was begun that may be in vain, and how often it was of use."""

    of: str
    begun: int = 0
    used: int = 0

    def log(self) -> None:
        if self.begun:
            logger.info("%s: %d, of which %d were of use", self.of, self.begun, self.used)
