import { api, type Calibration, type Film, type Forecast } from '../../api/client';

/** A forecast beside what came of it. */
export interface Foretold {
  film: Film;
  forecast: Forecast;
  given: number | undefined;
}

export interface FullRecord {
  calibration: Calibration;
  rated: Foretold[]; // newest rating first
  waiting: Foretold[]; // newest lock first
}

const films = new Map<string, Promise<Film>>();

/** Films do not change while a page is open; each is fetched once. */
function filmOf(id: string): Promise<Film> {
  const known = films.get(id);
  if (known) return known;
  const fetched = api.film(id);
  films.set(id, fetched);
  fetched.catch(() => films.delete(id));
  return fetched;
}

export const foretold = async (forecast: Forecast, given?: number): Promise<Foretold> => ({ film: await filmOf(forecast.film), forecast, given });

/** Everything that was foretold for a viewer; films are looked up for what is shown first. */
export async function recordOf(viewer: string, waitingCount: number): Promise<FullRecord> {
  const [calibration, forecasts] = await Promise.all([api.calibration(viewer), api.forecasts(viewer)]);
  const isRated = new Set(calibration.points.map((point) => point.forecast.film));
  const waiting = forecasts.filter((forecast) => !isRated.has(forecast.film)).reverse();
  return {
    calibration,
    rated: await Promise.all([...calibration.points].reverse().map((point) => foretold(point.forecast, point.actual))),
    waiting: await Promise.all(waiting.slice(0, waitingCount).map((forecast) => foretold(forecast))),
  };
}

export const isInside = ({ forecast, given }: Foretold): boolean => given !== undefined && given >= forecast.low && given <= forecast.high;

const enoughForMean = 3;
/** Whether a group of similar forecasts is large enough for its mean to be shown. */
export const speaking = (bin: Calibration['bins'][number]): boolean => bin.count >= enoughForMean;
