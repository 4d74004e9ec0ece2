"""Make videos of the size that a benchmark wants."""

import os
from fractions import Fraction
from pathlib import Path

import av


def film(path: Path, size: int) -> Path:
    """Return a video of noise, which nothing makes small, of ``size`` bytes or a little more."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "qp": "18"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.time_base = Fraction(1, 24)
        made = 0
        while made < size:
            frame = av.VideoFrame(640, 360, "rgb24")
            frame.planes[0].update(os.urandom(640 * 360 * 3))
            packets = stream.encode(frame.reformat(format="yuv420p"))
            made += sum(packet.size for packet in packets)
            container.mux(packets)
        container.mux(stream.encode())
    return path
