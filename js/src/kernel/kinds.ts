/**
 * What a file of a take is, and what can be done with each kind of file.
 *
 * Made from `reka_notebook/kinds.py` by `make protocol`; do not edit it here.
 */

import type { Take } from "./protocol";

export interface Kind {
  /** What a person calls one, as in "This take is a sound." */
  noun: string;
  /** What a person calls several. */
  plural: string;
  /** What is counted of it, as in "1 sound". */
  one: string;
  /** The same of several, as in "12 sounds". */
  several: string;
  /** The stage of a job that makes one. */
  making: string;
  /** Whether it can be used where an image is; a video gives its last frame. */
  is_image: boolean;
  /** Whether it has frames to step through, to scrub and to make a GIF of. */
  has_frames: boolean;
  /** Whether it has a player. */
  plays: boolean;
  /** Whether it can be seen side by side with others. */
  compares: boolean;
  /** Whether there is a picture of it to look at. */
  has_poster: boolean;
  /** Whether it says what is where in an image. */
  has_boxes: boolean;
  /** Whether a chat model can look at it and describe it. */
  is_seen: boolean;
}

export const KINDS: Record<Take["kind"], Kind> = {
  video: {
    noun: "a video",
    plural: "videos",
    one: "video",
    several: "videos",
    making: "Making the video",
    is_image: true,
    has_frames: true,
    plays: true,
    compares: true,
    has_poster: true,
    has_boxes: false,
    is_seen: true,
  },
  image: {
    noun: "an image",
    plural: "images",
    one: "image",
    several: "images",
    making: "Making the image",
    is_image: true,
    has_frames: false,
    plays: false,
    compares: true,
    has_poster: true,
    has_boxes: false,
    is_seen: true,
  },
  audio: {
    noun: "a sound",
    plural: "sounds",
    one: "sound",
    several: "sounds",
    making: "Making the sound",
    is_image: false,
    has_frames: false,
    plays: true,
    compares: false,
    has_poster: true,
    has_boxes: false,
    is_seen: false,
  },
  boxes: {
    noun: "boxes",
    plural: "boxes",
    one: "set of boxes",
    several: "sets of boxes",
    making: "Finding the boxes",
    is_image: false,
    has_frames: false,
    plays: false,
    compares: false,
    has_poster: true,
    has_boxes: true,
    is_seen: true,
  },
  other: {
    noun: "a file",
    plural: "files",
    one: "file",
    several: "files",
    making: "Working",
    is_image: false,
    has_frames: false,
    plays: false,
    compares: false,
    has_poster: false,
    has_boxes: false,
    is_seen: false,
  },
};
