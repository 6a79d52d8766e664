"""What a partnership can set: pure."""

from enum import StrEnum


class PairingOrder(StrEnum):
    """In which order the three who must agree are asked."""

    RELEASE_CHOOSE_ACCEPT = "release, choose, accept"
    CHOOSE_RELEASE_ACCEPT = "choose, release, accept"
    RELEASE_ACCEPT_CHOOSE = "release, accept, choose"
