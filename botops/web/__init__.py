"""Browser: the face that brings an attached screen into a browser on this computer."""
