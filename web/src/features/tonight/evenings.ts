/** Nothing drawn yet. */
export const flat = [0, 0, 0, 0, 0, 0, 0];

/** Courses to begin with: the six that stories mostly run, at even places of the evening. */
export const evenings: Record<string, number[]> = {
  rags_to_riches: [-0.6, -0.4, -0.2, 0, 0.25, 0.5, 0.8],
  tragedy: [0.7, 0.5, 0.25, 0, -0.3, -0.55, -0.8],
  man_in_a_hole: [0.4, 0, -0.45, -0.65, -0.3, 0.25, 0.8],
  icarus: [-0.4, 0.05, 0.5, 0.75, 0.3, -0.25, -0.75],
  cinderella: [-0.4, 0.2, 0.55, 0, -0.55, 0.15, 0.8],
  oedipus: [0.4, -0.2, -0.6, 0, 0.55, -0.1, -0.75],
};
