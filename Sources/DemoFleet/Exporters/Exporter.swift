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
  }

  private struct State {
    var signals: [DeviceSignals]
    var requests: RequestCounters?
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
    let model = DeviceProfile.inside(place.type).model
    text = ExpositionText(
      host: place.name, namespace: place.namespace,
      devices: (0..<place.accelerators).map { index in
        .init(
          uuid: DemoFleetShape.acceleratorID(node: place.identity, accelerator: index).rawValue,
          model: model,
          pod: "\(place.name)-\(index)")
      })
    state = Mutex(Self.fresh(place))
  }

  func start(port: Int) async throws(DemoError) -> Target {
    let server = try await LoopbackServer(port: port) { [self] asked in exchange(asked) }
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

  private func exchange(_ asked: LoopbackServer.Asked) -> LoopbackServer.Exchange {
    guard isUp() else {
      state.withLock { $0.wasUp = false }
      return .init(answer: nil)
    }
    guard asked.path == "/metrics" else {
      return .init(answer: Answer(status: 404, contentType: "text/plain", body: []))
    }
    let effects = faults.effects(service: .exporter, target: place.name)
    return .init(answer: answer(effects), effects: effects)
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
    var readings: [DeviceReading?] = []
    var duties = 0.0
    for index in 0..<place.accelerators {
      guard
        let truth = activity.activity(node: place.number, accelerator: index, at: now)
      else {
        readings.append(nil)
        continue
      }
      duties += truth.duty
      let reading = state.signals[index].reading(of: truth, at: now)
      readings.append(index < listed ? reading : nil)
    }
    var bytes = text.page(readings, asNaN: effects.contains { $0.kind == .nan })
    let mean = place.accelerators > 0 ? duties / Double(place.accelerators) : 0
    if let requests = state.requests?.page(duty: min(1, mean), at: now) { bytes += requests }
    return bytes
  }

  /// As after a boot: every counter at zero.
  private static func fresh(_ place: Place) -> State {
    State(
      signals: (0..<place.accelerators).map { _ in
        DeviceSignals(profile: .inside(place.type))
      }, requests: place.serves.map { RequestCounters(model: $0) })
  }
}
