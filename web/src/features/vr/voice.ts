// What browsers that hear on the device itself offer; TypeScript does not know it yet.
interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally: boolean;
  start(): void;
  abort(): void;
}
interface RecognitionType {
  new (): Recognition;
  available?(options: { langs: string[]; processLocally: boolean }): Promise<string>;
}
type HeardEvent = Event & { results: ArrayLike<ArrayLike<{ transcript: string }>> };

const typeOf = (): RecognitionType | undefined => (window as { SpeechRecognition?: RecognitionType }).SpeechRecognition;

/** Recognisers know regions: whichever English the browser speaks. */
const spoken = (language: string): string => (language !== 'en' ? language : navigator.language.startsWith('en-') ? navigator.language : 'en-US');

/** Whether this browser hears a language without sending the sound to anybody: only then voice is offered. */
export async function hearsHere(language: string): Promise<boolean> {
  try {
    return (await typeOf()?.available?.({ langs: [spoken(language)], processLocally: true })) === 'available';
  } catch {
    return false;
  }
}

const numbers = [/\b(1|one|first)\b|[一１1]|第一/u, /\b(2|two|second)\b|[二两２2]|第二/u, /\b(3|three|third)\b|[三３3]|第三/u, /\b(4|four|fourth)\b|[四４4]|第四/u];

/** Words of a text; of Chinese each pair of signs. */
function wordsOf(text: string): Set<string> {
  const lower = text.toLowerCase();
  const words = lower.match(/[\p{Script=Latin}\d']{3,}/gu) ?? [];
  const signs = lower.match(/\p{Script=Han}/gu) ?? [];
  return new Set([...words, ...signs.slice(1).map((sign, index) => signs[index] + sign)]);
}

/** Which of the labels somebody said, by its number or by more of its words than of any other; -1 = none for certain. */
export function choiceHeard(heard: string, labels: string[]): number {
  const said = wordsOf(heard);
  const shared = labels.map((label) => [...wordsOf(label)].filter((word) => said.has(word)).length);
  const most = Math.max(...shared);
  if (most > 0) return shared.filter((count) => count === most).length === 1 ? shared.indexOf(most) : -1;
  const named = numbers.slice(0, labels.length).flatMap((number, index) => (number.test(heard.toLowerCase()) ? [index] : []));
  return named.length === 1 ? named[0]! : -1;
}

/** Listens while a question is open. */
export class Voice {
  #recognition: Recognition | undefined;

  listen(language: string, labels: string[], onchoice: (index: number) => void): void {
    this.stop();
    const Type = typeOf();
    if (!Type) return;
    const recognition = new Type();
    Object.assign(recognition, { lang: spoken(language), continuous: true, interimResults: false, processLocally: true });
    recognition.addEventListener('result', (event) => {
      const { results } = event as HeardEvent;
      const index = choiceHeard(results[results.length - 1]?.[0]?.transcript ?? '', labels);
      if (index >= 0) onchoice(index);
    });
    // Without a microphone one chooses otherwise.
    recognition.addEventListener('error', () => this.stop());
    recognition.start();
    this.#recognition = recognition;
  }

  stop(): void {
    this.#recognition?.abort();
    this.#recognition = undefined;
  }
}
