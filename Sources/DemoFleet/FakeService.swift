public import FleetModel
import Ports
import Synchronization

/// What every fake cloud API shares: a server on 127.0.0.1, the fault plan, and a log of what was
/// asked. The API itself is a function of the request.
final class FakeService: Sendable {
  /// How one API names, answers and refuses.
  struct Dialect: Sendable {
    /// The operation a request asks for, as the fault plan and the log name it.
    var action: @Sendable (LoopbackServer.Asked) -> String
    /// The answer, after everything it does is done.
    var answer: @Sendable (LoopbackServer.Asked, String) -> Answer
    /// The vendor's envelope for a code, a status and a sentence.
    var refusal: @Sendable (_ code: String, _ status: Int, _ message: String) -> Answer
    /// Where one server speaks several APIs: the one whose faults a request meets.
    var service: (@Sendable (LoopbackServer.Asked) -> FaultRule.Service)?
  }

  private let service: FaultRule.Service
  private let faults: FaultInjector
  private let time: any TimeSource
  private let dialect: Dialect
  private let log = Mutex<[FakeCall]>([])
  private let server = Mutex<LoopbackServer?>(nil)

  /// Calls that are remembered; a demo runs for days.
  private static let longestLog = 20_000

  init(
    _ service: FaultRule.Service, faults: FaultInjector, time: any TimeSource, dialect: Dialect
  ) {
    self.service = service
    self.faults = faults
    self.time = time
    self.dialect = dialect
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  func start(port: Int = 0) async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: port) { [self] asked in exchange(asked) }
    self.server.withLock { $0 = server }
    return "http://127.0.0.1:\(server.port)"
  }

  func stop() async {
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }

  /// The requests so far, oldest first; of an action, or all.
  func calls(_ action: String? = nil) -> [FakeCall] {
    log.withLock { $0.filter { action == nil || $0.action == action } }
  }

  private func exchange(_ asked: LoopbackServer.Asked) -> LoopbackServer.Exchange {
    let action = dialect.action(asked)
    let effects = faults.effects(service: dialect.service?(asked) ?? service, action: action)
    guard effects.allSatisfy({ $0.kind.letsRequestsThrough }) else {
      let error = effects.first { $0.kind == .error }
      let code = error?.code ?? "InternalError"
      let answer = dialect.refusal(code, error?.status ?? 500, "An injected fault.")
      note(asked, action, answer.status, reached: false)
      return .init(answer: answer, effects: effects)
    }
    let answer = dialect.answer(asked, action)
    note(asked, action, answer.status, reached: true)
    return .init(answer: answer, effects: effects)
  }

  private func note(
    _ asked: LoopbackServer.Asked, _ action: String, _ status: Int, reached: Bool
  ) {
    let call = FakeCall(
      action: action, method: asked.method, path: asked.path, query: asked.query,
      body: String(decoding: asked.body, as: UTF8.self), at: time.now(), status: status,
      reached: reached)
    log.withLock { log in
      log.append(call)
      if log.count > Self.longestLog { log.removeFirst(Self.longestLog / 2) }
    }
  }
}

/// One request a fake cloud was sent, whatever became of its answer.
public struct FakeCall: Sendable, Hashable {
  public var action: String
  public var method: String
  public var path: String
  public var query: String
  public var body: String
  public var at: Timestamp
  public var status: Int
  /// False when a fault kept it from having any effect.
  public var reached: Bool
}

extension FaultEffect.Kind {
  /// Everything the request asks for is done; only its answer suffers.
  var letsRequestsThrough: Bool {
    switch self {
    case .delay, .dropAfter, .truncate, .skew, .slowLoris, .html: true
    default: false
    }
  }
}
