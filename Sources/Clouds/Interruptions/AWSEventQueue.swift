public import FleetModel
import Planner
public import Ports
import Synchronization

/// A queue that EventBridge fills with what EC2, Auto Scaling and AWS Health say of instances.
///
/// A message is deleted once what it says is acknowledged, or at once when it says nothing for us
/// (and is then counted). One killed in between gives it again when its visibility timeout is over.
/// When a batch comes back full, many are read at once: 15,000 messages are about a hundred rounds.
public final class AWSEventQueue: InterruptionSource {
  public let cloud: CloudName
  private let queue: String
  private let regions: Set<Region>
  private let calls: AWSCalls
  private let time: any TimeSource
  private let onDrop: @Sendable (NoticeDrop) -> Void
  private let state = Mutex(AWSQueueState())

  static let path = "sqs"
  /// The most SQS gives in one answer and takes in one deletion.
  static let batch = 10
  /// Calls in flight while there is much to read or delete.
  static let widest = 16
  /// SQS's longest; a quiet queue costs three calls a minute.
  static let longPoll: Int64 = 20
  /// A notice is in the ledger within a second; a store that is away for two minutes gets it again.
  static let hidden: Int64 = 120

  /// - Parameters:
  ///   - queue: its URL, "https://sqs.us-east-1.amazonaws.com/123456789012/finops".
  ///   - region: the queue's.
  ///   - regions: of the instances we care for; events of others are dropped. Empty: all.
  ///   - endpoint: an absolute URL without a path, "http://127.0.0.1:5000"; nil for AWS's own.
  ///   - credentials: asked every minute, and when what they gave is refused.
  ///   - time: paces, and is compared with the events' times.
  ///   - wallClock: the real time, for the clock skew; `time` when that is real.
  ///   - onDrop: told of each message that is thrown away.
  public convenience init(
    cloud: CloudName, queue: String, region: Region, regions: Set<Region> = [],
    endpoint: String? = nil,
    credentials: @escaping @Sendable () async throws(ActuateError) -> AWSCredentials,
    transport: any HTTPTransport, time: any TimeSource, wallClock: (any TimeSource)? = nil,
    onDrop: @escaping @Sendable (NoticeDrop) -> Void = { _ in }
  ) {
    let account = AWSAccount(
      credentials: CredentialCache(time: time) { () async throws(ActuateError) in
        Issued(try await credentials(), link: "given")
      },
      endpoint: endpoint, transport: transport, time: time, wallClock: wallClock ?? time,
      jitter: Jitter(SystemRandomNumberGenerator()))
    self.init(
      cloud: cloud, queue: queue, region: region, regions: regions, account: account,
      onDrop: onDrop)
  }

  init(
    cloud: CloudName, queue: String, region: Region, regions: Set<Region>, account: AWSAccount,
    onDrop: @escaping @Sendable (NoticeDrop) -> Void
  ) {
    self.cloud = cloud
    self.queue = queue
    self.regions = regions
    self.onDrop = onDrop
    time = account.time
    // SQS has no limit on calls to a standard queue; ours bounds what a defect could cost.
    let pace = (burst: 100, perSecond: 200.0)
    calls = AWSCalls(
      .queues, of: account, in: region,
      budgets: CallBudgets(looks: pace, changes: pace, makes: pace, time: account.time))
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    // What could not be deleted before, and what said nothing for us. A failure shows itself when
    // something real is acknowledged.
    _ = try? await deleteDoomed()
    let width = state.withLock { $0.width }
    let messages = try await receive(width)
    let now = time.now()
    var given: [Interruption] = []
    for message in messages {
      switch AWSEvent.read(
        Array((message.Body ?? "").utf8), cloud: cloud, regions: regions, at: now)
      {
      case .notices(let notices):
        if state.withLock({ $0.take(message, saying: notices) }) { given += notices }
      case .dropped(let why):
        state.withLock { $0.doom(message) }
        onDrop(why)
      }
    }
    state.withLock { $0.width = messages.count >= Self.batch ? Self.widest : 1 }
    return given
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    state.withLock { $0.acknowledge(notices) }
    try await deleteDoomed()
  }

  /// One call that waits, or several that do not: the answer of the quickest must not wait for the
  /// slowest.
  private func receive(
    _ width: Int
  ) async throws(ActuateError) -> [ReceiveMessageReply.Message] {
    let call = AWSCall.receiveMessages(
      queue, wait: width == 1 ? Self.longPoll : 0, hidden: Self.hidden)
    let answers = await Self.all((0..<width).map { _ in call }) { [calls] call in
      await Self.outcome(of: call, calls, as: ReceiveMessageReply.self)
    }
    let messages = answers.compactMap { try? $0.get() }.flatMap { $0.Messages ?? [] }
    guard messages.isEmpty, let first = answers.first else { return messages }
    return try first.get().Messages ?? []
  }

  private func deleteDoomed() async throws(ActuateError) {
    let doomed = state.withLock { $0.doomed.sorted { $0.key < $1.key } }
    guard !doomed.isEmpty else { return }
    let batches = stride(from: 0, to: doomed.count, by: Self.batch).map {
      Array(doomed[$0..<min($0 + Self.batch, doomed.count)])
    }
    let answers = await Self.all(batches) { [calls, queue] batch in
      let call = AWSCall.deleteMessages(queue, handles: batch.map(\.value))
      return (batch, await Self.outcome(of: call, calls, as: DeleteMessageBatchReply.self))
    }
    var failure: ActuateError?
    for (batch, answer) in answers {
      switch answer {
      case .success(let reply): state.withLock { $0.deleted(batch, reply.Failed ?? []) }
      case .failure(let error): failure = error
      }
    }
    if let failure { throw failure }
  }

  private static func outcome<Reply: Decodable & Sendable>(
    of call: AWSCall, _ calls: AWSCalls, as type: Reply.Type
  ) async -> Result<Reply, ActuateError> {
    do throws(ActuateError) { return .success(try await calls.send(call, as: type).value) } catch {
      return .failure(error)
    }
  }

  /// Every item's outcome, at most `widest` at a time.
  private static func all<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ act: @escaping @Sendable (Item) async -> Outcome
  ) async -> [Outcome] {
    await withTaskGroup(of: Outcome.self) { group in
      var rest = items[...]
      for item in rest.prefix(widest) { group.addTask { await act(item) } }
      rest = rest.dropFirst(widest)
      var outcomes: [Outcome] = []
      while let outcome = await group.next() {
        outcomes.append(outcome)
        if let item = rest.popFirst() { group.addTask { await act(item) } }
      }
      return outcomes
    }
  }
}
