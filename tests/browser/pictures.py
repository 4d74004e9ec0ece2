"""Make pictures to send, and tell how alike two of them are."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator

GRID = (48, 32)
"""Width and height to which pictures are brought before they are compared."""


def lay_on_its_side(photo: Path, to: Path) -> Path:
    """Return the photograph as a camera held upright stores it: turned, with EXIF orientation 6 to turn it back."""
    with Image.open(photo) as picture:
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.transpose(Image.Transpose.ROTATE_90).save(to, "JPEG", quality=95, exif=exif)
    return to


def noise(to: Path, width: int, height: int) -> Path:
    """Return a PNG that nothing compresses: about three bytes for each pixel."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), "uint8")
    Image.fromarray(pixels).save(to, "PNG", compress_level=0)
    return to


def first_frame(video: Locator) -> NDArray[np.float64]:
    """Return what a video shows at its start, as GRID pixels of RGB."""
    rgba = video.evaluate(
        """async (video, [width, height]) => {
            video.pause();
            // Before it has anything, setting its time is no seek, and nothing tells of its end.
            while (video.readyState < 2) await new Promise(resolve => setTimeout(resolve, 20));
            const there = new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }));
            video.currentTime = 0;
            await there;
            const canvas = document.createElement('canvas');
            canvas.width = video.videoWidth;
            canvas.height = video.videoHeight;
            const context = canvas.getContext('2d');
            context.drawImage(video, 0, 0);
            const small = document.createElement('canvas');
            small.width = width;
            small.height = height;
            const drawn = small.getContext('2d');
            drawn.imageSmoothingQuality = 'high';
            drawn.drawImage(canvas, 0, 0, width, height);
            return Array.from(drawn.getImageData(0, 0, width, height).data);
        }""",
        list(GRID),
    )
    return np.array(rgba, float).reshape(GRID[1], GRID[0], 4)[..., :3]


def pixels(path: Path) -> NDArray[np.float64]:
    """Return a picture's stored pixels, its EXIF orientation left aside, as GRID pixels of RGB."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize(GRID, Image.Resampling.BOX), float)


def difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the mean difference of two pictures, 0 to 255, without the edges where the sandbox writes."""
    middle = np.s_[GRID[1] // 6 : -GRID[1] // 4]
    return float(np.abs(one[middle] - other[middle]).mean())
