/** How a story is read, as the server names it; the first is as it was told. */
export const views = ['scene', 'dialogue', 'synopsis'] as const;
export type View = (typeof views)[number];

export const viewOf = (name: string | undefined): View => views.find((one) => one === name) ?? 'scene';
