import FleetModel
import Ports
import Simulator
import Synchronization

/// The metrics endpoint of one node, on a port of its own.
///
/// While its machine is not running the port takes connections and ends them without an answer:
/// to a scraper that is a node that is off.
final class Exporter: Sendable {
  /// Which GPUs of the recording it shows, and how it is called.
  struct Place: Sendable {
    var name: String
    /// The node's number in the activity source.
    var number: Int
    /// The number its GPUs' UUIDs are made from; no other node has it.
    var identity: Int
    var accelerators: Int
    var type: InstanceType
    var namespace: String
    /// The model its inference server serves; nil on nodes that serve nothing.
    var serves: String?
    var cut = GPUCut.whole
    var rhythm = ExporterRhythm.whenAsked
    var lateness = AnswerLateness.none
  }

  private struct State {
    var signals: NodeSignals
    /// What it saw at its last look, and when that was.
    var rows: [DeviceReading?] = []
    var duty = 0.0
    var lookedAt: Timestamp?
    var requests: RequestCounters?
    var asked = 0
    var wasUp = true
    var frozen: [UInt8]?
  }

  private let place: Place
  private let text: ExpositionText
  private let state: Mutex<State>
  private let activity: any ActivitySource
  private let time: any TimeSource
  private let faults: FaultInjector
  private let isUp: @Sendable () -> Bool
  private let server = Mutex<LoopbackServer?>(nil)

  init(
    _ place: Place, activity: any ActivitySource, time: any TimeSource, faults: FaultInjector,
    isUp: @escaping @Sendable () -> Bool
  ) {
    self.place = place
    self.activity = activity
    self.time = time
    self.faults = faults
    self.isUp = isUp
    let profile = DeviceProfile.inside(place.type)
    text = ExpositionText(
      host: place.name, namespace: place.namespace,
      devices: Self.fresh(place).signals.rows.enumerated().map { number, row in
        .init(
          gpu: row.gpu,
          uuid: DemoFleetShape.acceleratorID(node: place.identity, accelerator: row.gpu).rawValue,
          model: profile.model, pod: "\(place.name)-\(number)",
          slice: row.slice.map { ($0, profile.halfProfile) })
      })
    state = Mutex(Self.fresh(place))
  }

  func start(port: Int) async throws(DemoError) -> Target {
    let server = try await LoopbackServer(port: port) { [self] asked in await exchange(asked) }
    self.server.withLock { $0 = server }
    return Target("127.0.0.1:\(server.port)")
  }

  func stop() async {
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }

  private func exchange(_ asked: LoopbackServer.Asked) async -> LoopbackServer.Exchange {
    guard isUp() else {
      state.withLock { $0.wasUp = false }
      return .init(answer: nil)
    }
    guard asked.path == "/metrics" else {
      return .init(answer: Answer(status: 404, contentType: "text/plain", body: []))
    }
    let effects = faults.effects(service: .exporter, target: place.name)
    let delay = delay()
    if place.lateness.readsLast { await wait(delay) }
    let answer = answer(effects)
    if !place.lateness.readsLast { await wait(delay) }
    return .init(answer: answer, effects: effects)
  }

  /// How long this answer takes: chance that is the same in every run.
  private func delay() -> Duration {
    let asked = state.withLock { state in
      state.asked += 1
      return state.asked
    }
    return place.lateness.delay(SplitMix64.unit(SplitMix64.hash(0x1A7E, place.identity, asked)))
  }

  /// In the fleet's own time. Somebody who goes away meanwhile is answered at once.
  private func wait(_ delay: Duration) async {
    guard delay > .zero else { return }
    try? await time.sleep(for: delay)
  }

  private func answer(_ effects: [FaultEffect]) -> Answer {
    let now = time.now()
    let missing = effects.filter { $0.kind == .missing }.map { $0.gpus ?? 1 }.max() ?? 0
    let body = state.withLock { state -> [UInt8] in
      if !state.wasUp { state = Self.fresh(place) }
      let page = page(&state, at: now, listed: max(0, place.accelerators - missing), effects)
      guard effects.contains(where: { $0.kind == .frozen }) else {
        state.frozen = nil
        return page
      }
      let frozen = state.frozen ?? page
      state.frozen = frozen
      return frozen
    }
    return Answer(
      contentType: "text/plain; version=0.0.4; charset=utf-8", body: body, chunked: true)
  }

  private func page(
    _ state: inout State, at now: Timestamp, listed: Int, _ effects: [FaultEffect]
  ) -> [UInt8] {
    look(&state, at: place.rhythm.collection(before: now))
    let rows = zip(state.rows, state.signals.rows).map { $1.gpu < listed ? $0 : nil }
    var bytes = text.page(rows, asNaN: effects.contains { $0.kind == .nan })
    // The server beside it answers for itself, with what is true now.
    if let requests = state.requests?.page(duty: min(1, state.duty), at: now) { bytes += requests }
    return bytes
  }

  /// One look at every device; a second one at the same moment changes nothing.
  private func look(_ state: inout State, at moment: Timestamp) {
    guard state.lookedAt.map({ moment > $0 }) ?? true else { return }
    state.lookedAt = moment
    var duties = 0.0
    state.rows = state.signals.readings(at: moment) { part in
      let truth = activity.activity(node: place.number, accelerator: part, at: moment)
      duties += truth?.duty ?? 0
      return truth
    }
    let parts = place.accelerators * max(1, place.cut.slices)
    state.duty = parts > 0 ? duties / Double(parts) : 0
  }

  /// As after a boot: every counter at zero.
  private static func fresh(_ place: Place) -> State {
    let profile = DeviceProfile.inside(place.type)
    return State(
      signals: NodeSignals(
        Array(repeating: DeviceSignals(profile: profile), count: place.accelerators),
        cut: place.cut),
      requests: place.serves.map { RequestCounters(model: $0) })
  }
}
