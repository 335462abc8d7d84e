import type { Desk } from '../../core/desk.ts';
import type { EngineParts } from '../parts.ts';
import { alerts } from './alerts.ts';
import { approve } from './approve.ts';
import { compare } from './compare/index.ts';
import { deploy } from './deploy.ts';
import { adopt } from './drift/adopt.ts';
import { drift } from './drift/index.ts';
import { emergency } from './emergency/index.ts';
import { health } from './health.ts';
import { home } from './home.ts';
import { logs } from './logs.ts';
import { maintain } from './maintain/index.ts';
import { metrics } from './metrics/index.ts';
import { notedDesk } from './noted-desk.ts';
import { prefer, preference } from './prefer.ts';
import { previews } from './previews/index.ts';
import { recover } from './recover/index.ts';
import { rollBack } from './roll-back.ts';
import { schedules } from './schedule/list.ts';
import { schedule } from './schedule/schedule.ts';
import { cancel, move, startMissed } from './schedule/steer.ts';
import { openShownPlans, type ShownPlans } from './shown-plans.ts';
import { status } from './status.ts';
import { confirm, goOn, hold, promote } from './steer.ts';
import { abort, report, resolve } from './stop.ts';
import { suggestServices, suggestVersions } from './suggest.ts';
import { turn } from './turn.ts';
import type { Visiting, Visitor } from './visitor.ts';

/** What one visitor may ask for. Every question is answered by its own file. */
export function openDesk(parts: EngineParts, visitor: Visitor, shown: ShownPlans = openShownPlans()): Desk {
  const visiting = { parts, visitor, shown };
  return notedDesk(visiting, plainDesk(visiting));
}

function plainDesk(visiting: Visiting): Desk {
  const { visitor } = visiting;
  return {
    actor: visitor.actor,
    channel: visitor.channel,
    deploy: (order) => deploy(visiting, order),
    rollBack: (order) => rollBack(visiting, order),
    status: (question) => status(visiting, question),
    health: (question) => health(visiting, question),
    alerts: (order) => alerts(visiting, order),
    logs: (question) => logs(visiting, question),
    compare: (question) => compare(visiting, question),
    drift: (question) => drift(visiting, question),
    adopt: (order) => adopt(visiting, order),
    previews: (order) => previews(visiting, order),
    metrics: (question) => metrics(visiting, question),
    abort: (deploymentId, why) => abort(visiting, deploymentId, why),
    hold: (deploymentId, why) => hold(visiting, deploymentId, why),
    goOn: (deploymentId, why) => goOn(visiting, deploymentId, why),
    confirm: (deploymentId) => confirm(visiting, deploymentId),
    promote: (deploymentId, order) => promote(visiting, deploymentId, order),
    turn: (deploymentId, order) => turn(visiting, deploymentId, order),
    schedule: (order) => schedule(visiting, order),
    schedules: (question) => schedules(visiting, question),
    move: (deploymentId, when) => move(visiting, deploymentId, when),
    cancel: (deploymentId, why) => cancel(visiting, deploymentId, why),
    startMissed: (deploymentId, why) => startMissed(visiting, deploymentId, why),
    approve: (order) => approve(visiting, order),
    emergency: (order) => emergency(visiting, order),
    maintain: (order) => maintain(visiting, order),
    recover: (order) => recover(visiting, order),
    resolve: (deploymentId, why) => resolve(visiting, deploymentId, why),
    home: () => home(visiting),
    preference: () => preference(visiting),
    prefer: (order) => prefer(visiting, order),
    report: (deploymentId) => report(visiting, deploymentId),
    suggestServices: (typed, limit) => suggestServices(visiting, typed, limit),
    suggestVersions: (service, environment, typed, limit) =>
      suggestVersions(visiting, service, environment, typed, limit),
  };
}
