import CostModel
import FleetModel
import NIOCore
import NIOHTTP1
import NIOPosix
import Ports

/// Sends the requests of a plan at their moments, whatever the server does.
///
/// Lives on one event loop and is touched nowhere else: no locks, no waiting. Requests are begun in
/// the order of the schedule, so what is due and not begun is a range, not a queue.
final class LoadEngine {
  private let plan: LoadPlan
  private let address: SocketAddress
  private let loop: any EventLoop
  private let report: @Sendable (RunEvent) -> Void
  private let schedule: [Int64]
  private let head: HTTPRequestHead
  private let body: RequestBody

  private var start: Int64 = 0
  private var due = 0
  private var begun = 0
  private var inFlight = 0
  private var busySince: Int64?
  private var isBeginning = false
  /// Nothing new is begun.
  private var isEnding = false
  private var isOver = false
  private var idle: [Connection] = []
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var tally = Tally()
  private var cpu = ThreadTimes()

  init(
    plan: LoadPlan, server: ServerAddress, address: SocketAddress, schedule: [Int64],
    loop: any EventLoop, report: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.plan = plan
    self.address = address
    self.schedule = schedule
    self.loop = loop
    self.report = report
    body = RequestBody(plan)
    var headers = HTTPHeaders([
      ("host", server.authority), ("content-type", "application/json"),
      ("accept", plan.streams ? "text/event-stream" : "application/json"),
      ("user-agent", "finops-bench"),
    ])
    if let bearer = plan.bearer {
      headers.add(name: "authorization", value: "Bearer \(bearer.reveal())")
    }
    head = HTTPRequestHead(version: .http1_1, method: .POST, uri: server.path, headers: headers)
  }

  func run() {
    cpu = ThreadTimes.now()
    // So that the first request is not late for want of time to get ready.
    start = monotonicNanoseconds() + 5_000_000
    arrive()
    sweep()
    tick(second: 1)
  }

  // MARK: - The schedule

  private func arrive() {
    let now = monotonicNanoseconds()
    while due < schedule.count, start + schedule[due] <= now { due += 1 }
    beginDue(wereHeld: false)
    guard due < schedule.count, !isOver else { return }
    at(start + schedule[due]) { $0.arrive() }
  }

  private func beginDue(wereHeld: Bool) {
    // A connection that fails at once settles its request in here: the loop takes the next one.
    guard !isBeginning else { return }
    isBeginning = true
    defer { isBeginning = false }
    while begun < due, inFlight < plan.maxInFlight, !isEnding {
      let now = monotonicNanoseconds()
      let intended = start + schedule[begun]
      let request = PendingRequest(number: begun, intended: intended, begun: now)
      begun += 1
      inFlight += 1
      if wereHeld { tally.held.add(now - intended) } else { tally.lag.add(now - intended) }
      if busySince == nil { busySince = intended }
      begin(request)
    }
  }

  private func begin(_ request: PendingRequest) {
    guard let connection = idle.popLast() else { return connect(for: request) }
    connection.send(request, head: head, body: body.bytes(request: request.number))
  }

  private func connect(for request: PendingRequest) {
    let limit = TimeAmount.microseconds(plan.timeLimit.microseconds)
    ClientBootstrap(group: loop)
      .connectTimeout(limit)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      // One read, one moment: tokens of two reads are not taken for one.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
        }
      }
      .connect(to: address).assumeIsolated().whenComplete { [self] result in
        connected(result, for: request)
      }
  }

  private func connected(_ result: Result<any Channel, any Error>, for request: PendingRequest) {
    guard !isOver, case .success(let channel) = result else {
      if case .success(let channel) = result { channel.close(promise: nil) }
      return settle(request, .failed(.connect), AnswerReader())
    }
    tally.connecting.add(monotonicNanoseconds() - request.begun)
    let connection = Connection(channel: channel, engine: self)
    connections[ObjectIdentifier(connection)] = connection
    do {
      try channel.pipeline.syncOperations.addHandler(connection)
      connection.send(request, head: head, body: body.bytes(request: request.number))
    } catch {
      connection.close()
      settle(request, .failed(.connect), AnswerReader())
    }
  }

  // MARK: - What connections tell

  func keep(_ connection: Connection) { idle.append(connection) }

  func forget(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    idle.removeAll { $0 === connection }
  }

  func resend(_ request: PendingRequest) {
    var request = request
    request.isResent = true
    tally.resent += 1
    connect(for: request)
  }

  func settle(_ request: PendingRequest, _ outcome: Connection.Outcome, _ reader: AnswerReader) {
    guard !isOver else { return }
    var record = record(of: request, reader)
    if case .answered(let moment) = outcome { record.end = moment - start }
    if case .failed(let failure) = outcome {
      record.failure = failure
      tally.failures[failure, default: 0] += 1
      if reader.status != 0, reader.status != 200 { tally.statuses[reader.status, default: 0] += 1 }
    }
    tally.add(record, isStream: reader.isStream, usage: reader.completionTokens)
    if request.number < plan.recordsKept { tally.records.append(record) }
    inFlight -= 1
    if inFlight == 0, begun == due, let since = busySince {
      tally.busy += start + record.end - since
      busySince = nil
    }
    beginDue(wereHeld: true)
  }

  private func record(of request: PendingRequest, _ reader: AnswerReader) -> RequestRecord {
    RequestRecord(
      number: request.number, intended: request.intended - start, begun: request.begun - start,
      sent: request.sent.map { $0 - start }, firstByte: reader.firstByte.map { $0 - start },
      tokens: reader.tokenMoments.map { $0 - start }, end: monotonicNanoseconds() - start,
      inputTokens: reader.promptTokens ?? 0,
      outputTokens: reader.completionTokens ?? reader.tokenMoments.count)
  }

  // MARK: - Time limits, progress, the end

  /// Twenty times a second: a timer for each request would cost more than the request.
  private func sweep() {
    guard !isOver else { return }
    let now = monotonicNanoseconds()
    let limit = plan.timeLimit.microseconds * 1000
    let late = connections.values.filter { ($0.request.map { now - $0.begun } ?? 0) > limit }
    for connection in late { connection.abandon(.timeout) }
    let end = start + plan.duration.microseconds * 1000
    let isAnswered = begun == schedule.count && inFlight == 0
    if now >= end, isAnswered || now >= end + limit { return finish() }
    at(now + 50_000_000) { $0.sweep() }
  }

  private func tick(second: Int64) {
    guard !isOver else { return }
    at(start + second * 1_000_000_000) { engine in
      guard !engine.isOver else { return }
      engine.report(.progress(engine.progress(at: .seconds(second))))
      engine.tick(second: second + 1)
    }
  }

  private func progress(at elapsed: Duration) -> LoadRun.Progress {
    LoadRun.Progress(
      elapsed: elapsed, of: plan.duration, due: due, begun: begun, inFlight: inFlight,
      answered: tally.answered, failed: tally.failed, outputTokens: tally.outputTokens,
      timeToFirstToken: tally.firstTokenFromIntended.quantiles?.p50)
  }

  private func finish() {
    isEnding = true
    for connection in Array(connections.values) { connection.abandon(.timeout) }
    let unsent = schedule.count - begun
    if unsent > 0 { tally.failures[.unsent] = unsent }
    isOver = true
    let now = monotonicNanoseconds()
    if let since = busySince { tally.busy += now - since }
    tally.lastEnd = max(tally.lastEnd, unsent + inFlight > 0 ? now - start : 0)
    if inFlight > 0 { tally.failures[.connect, default: 0] += inFlight }
    report(.finished(tally, ThreadTimes.now().since(cpu)))
  }

  private func at(_ moment: Int64, _ work: @escaping (LoadEngine) -> Void) {
    let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, moment)))
    loop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in work(self) }
  }
}

/// What the engine tells the one who started it.
enum RunEvent: Sendable {
  case progress(LoadRun.Progress)
  case finished(Tally, ThreadTimes)
}
