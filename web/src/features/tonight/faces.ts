/** A feeling as a face: what it looks like, and where it lies in the plane of feelings. */
export interface Face {
  name: 'excited' | 'happy' | 'calm' | 'tired' | 'bored' | 'lonely' | 'sad' | 'anxious' | 'angry';
  mouth: number; // -1 down .. 1 up
  eyes: number; // 0 shut .. 1 wide
  brows: number; // -1 drawn together .. 1 raised in the middle
}

/** Once around the plane of feelings, from what is pleasant and awake. */
export const faces: Face[] = [
  { name: 'excited', mouth: 1, eyes: 1, brows: 0.4 },
  { name: 'happy', mouth: 0.8, eyes: 0.6, brows: 0 },
  { name: 'calm', mouth: 0.4, eyes: 0, brows: 0 },
  { name: 'tired', mouth: -0.2, eyes: 0.15, brows: 0.5 },
  { name: 'bored', mouth: 0, eyes: 0.3, brows: 0 },
  { name: 'lonely', mouth: -0.5, eyes: 0.5, brows: 0.8 },
  { name: 'sad', mouth: -0.9, eyes: 0.4, brows: 1 },
  { name: 'anxious', mouth: -0.6, eyes: 1, brows: 0.9 },
  { name: 'angry', mouth: -0.7, eyes: 0.7, brows: -1 },
];
