import FleetModel
public import Ports
import Synchronization

/// SQS over loopback HTTP, as far as a reader of a standard queue uses it: long polls, visibility
/// timeouts, handles that expire, messages that come twice, batches of at most ten. It knows one
/// access key and checks no signature.
///
/// Differences to AWS are faults of this type: it is judged by boto3 in its tests. Known: a field it
/// does not know is refused, where AWS passes over it.
public final class FakeQueue: Sendable {
  private let state: Mutex<FakeQueueState>
  private let faults: FaultInjector
  private let time: any TimeSource
  private let log = Mutex<[FakeCall]>([])
  private let server = Mutex<LoopbackServer?>(nil)
  private let accessKey: String?

  /// The account's number and the queue's name are in its URL.
  public static let name = "/123456789012/finops"
  /// Between looks of a long poll; SQS itself is not faster.
  private static let slice = Duration.milliseconds(10)
  private static let longestLog = 20_000

  /// - Parameters:
  ///   - accessKey: the only one that may; nil: any.
  ///   - twice: every so many messages are given out a second time though they are hidden, as SQS
  ///     does now and then; 0: never.
  public init(
    time: any TimeSource, faults: FaultInjector = FaultInjector(), accessKey: String? = nil,
    twice: Int = 0
  ) {
    state = Mutex(FakeQueueState(twice: twice))
    self.time = time
    self.faults = faults
    self.accessKey = accessKey
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: port) { [self] asked in await exchange(asked) }
    self.server.withLock { $0 = server }
    state.withLock { $0.url = "http://127.0.0.1:\(server.port)\(Self.name)" }
    return "http://127.0.0.1:\(server.port)"
  }

  public func stop() async {
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }

  /// The queue's own URL, once it was started.
  public var url: String { state.withLock(\.url) }

  /// Puts a message there, and gives its id.
  @discardableResult
  public func send(_ body: String) -> String { state.withLock { $0.send(body) } }

  /// Messages that are there, hidden ones too.
  public var count: Int { state.withLock { $0.messages.count } }
  /// Messages that were deleted, each once.
  public var deleted: Int { state.withLock(\.deleted) }
  /// How often messages were given out.
  public var given: Int { state.withLock(\.given) }

  /// The requests so far, oldest first; of an operation, or all.
  public func calls(_ operation: String? = nil) -> [FakeCall] {
    log.withLock { $0.filter { operation == nil || $0.action == operation } }
  }

  private func exchange(_ asked: LoopbackServer.Asked) async -> LoopbackServer.Exchange {
    let target = asked.headers["x-amz-target"] ?? ""
    let operation = target.hasPrefix("AmazonSQS.") ? String(target.dropFirst(10)) : ""
    let effects = faults.effects(service: .sqs, action: operation)
    guard effects.allSatisfy({ $0.kind.letsRequestsThrough }) else {
      let error = effects.first { $0.kind == .error }
      let answer = FakeQueueState.Refusal(
        code: error?.code ?? "InternalError", message: "An injected fault.",
        status: error?.status ?? 500
      ).answer
      note(asked, operation, answer.status, reached: false)
      return .init(answer: answer, effects: effects)
    }
    let answer = await answer(asked, operation)
    note(asked, operation, answer.status, reached: true)
    return .init(answer: answer, effects: effects)
  }

  private func answer(_ asked: LoopbackServer.Asked, _ operation: String) async -> Answer {
    do throws(FakeQueueState.Refusal) {
      guard asked.method == "POST", asked.path == "/" else {
        throw .init(code: "InvalidAction", message: "POST to /", status: 404)
      }
      if let accessKey, asked.headers["authorization"]?.contains("=\(accessKey)/") != true {
        throw .init(
          code: "InvalidClientTokenId", message: "The security token is invalid.", status: 403)
      }
      guard var fields = FakeMembers(asked.body) else {
        throw .init(code: "SerializationException", message: "not a JSON object")
      }
      return Answer(
        contentType: "application/x-amz-json-1.0",
        body: Array(try await carryOut(operation, &fields).utf8))
    } catch {
      return error.answer
    }
  }

  private func carryOut(
    _ operation: String, _ fields: inout FakeMembers
  ) async throws(FakeQueueState.Refusal) -> String {
    switch operation {
    case "ReceiveMessage": return try await receive(&fields)
    case "SendMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility",
      "GetQueueUrl", "GetQueueAttributes":
      let now = time.now()
      let given = fields
      return try locked { state throws(FakeQueueState.Refusal) in
        var fields = given
        return try state.answer(operation, &fields, at: now)
      }
    default:
      throw .init(
        code: "UnknownOperationException", message: "The action \(operation) is not valid.")
    }
  }

  /// Waits for the first message, at most as long as was asked.
  private func receive(
    _ fields: inout FakeMembers
  ) async throws(FakeQueueState.Refusal) -> String {
    let given = fields
    let asked = try locked { state throws(FakeQueueState.Refusal) in
      var fields = given
      return try state.request(&fields)
    }
    let deadline = time.now().advanced(by: .seconds(asked.wait))
    while true {
      let now = time.now()
      let found = state.withLock { $0.receive(asked, at: now) }
      if !found.isEmpty || now >= deadline { return FakeQueueState.list(found) }
      do { try await time.sleep(for: Self.slice) } catch { return FakeQueueState.list([]) }
    }
  }

  private func locked<Value: Sendable>(
    _ act: (inout FakeQueueState) throws(FakeQueueState.Refusal) -> Value
  ) throws(FakeQueueState.Refusal) -> Value {
    let outcome = state.withLock { state -> Result<Value, FakeQueueState.Refusal> in
      do throws(FakeQueueState.Refusal) { return .success(try act(&state)) } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private func note(
    _ asked: LoopbackServer.Asked, _ operation: String, _ status: Int, reached: Bool
  ) {
    let call = FakeCall(
      action: operation, method: asked.method, path: asked.path, query: asked.query,
      body: String(decoding: asked.body, as: UTF8.self), at: time.now(), status: status,
      reached: reached)
    log.withLock { log in
      log.append(call)
      if log.count > Self.longestLog { log.removeFirst(Self.longestLog / 2) }
    }
  }
}
