import FleetModel
public import Ports
import Synchronization

/// Azure's scheduled events: a document with a number that grows, and a POST that lets events begin.
public final class FakeScheduledEvents: Sendable {
  /// One event, as Azure writes it.
  public struct Event: Sendable, Hashable {
    public var id: String
    /// "Preempt", "Terminate", "Redeploy", "Reboot", "Freeze".
    public var type: String
    /// The machines' names.
    public var machines: [String]
    /// "Mon, 19 Sep 2026 18:29:47 GMT"; empty once it has begun.
    public var notBefore: String

    public init(id: String, type: String, machines: [String], notBefore: String) {
      self.id = id
      self.type = type
      self.machines = machines
      self.notBefore = notBefore
    }
  }

  private final class Board: Sendable {
    let events = Mutex<[Event]>([])
    let incarnation = Mutex(1)
    let started = Mutex<[String]>([])
  }

  private let board = Board()
  private let service: FakeService

  public init(time: any TimeSource, faults: FaultInjector = FaultInjector()) {
    let board = board
    service = FakeService(
      .azure, faults: faults, time: time,
      dialect: .init(
        action: { "\($0.method) \($0.path)" }, answer: { asked, _ in Self.answer(asked, board) },
        refusal: { code, status, message in Self.refusal(status, "\(code): \(message)") }))
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    try await service.start(port: port)
  }

  public func stop() async { await service.stop() }

  public func announce(_ events: [Event]) {
    board.events.withLock { $0 = events }
    board.incarnation.withLock { $0 += 1 }
  }

  /// The events somebody let begin, in order.
  public var started: [String] { board.started.withLock(\.self) }

  private static func answer(_ asked: LoopbackServer.Asked, _ board: Board) -> Answer {
    guard asked.headers["metadata"] == "true" else {
      return refusal(400, "Required metadata header")
    }
    guard asked.path == "/metadata/scheduledevents" else { return refusal(404, "Not found") }
    guard asked.query == "api-version=2020-07-01" else { return refusal(400, "Bad api-version") }
    switch asked.method {
    case "GET": return document(board)
    case "POST": return start(asked, board)
    default: return refusal(405, "Method not allowed")
    }
  }

  private static func document(_ board: Board) -> Answer {
    let events = board.events.withLock(\.self).map { event in
      let machines = event.machines.map(quoted).joined(separator: ",")
      let status = event.notBefore.isEmpty ? "Started" : "Scheduled"
      return "{\"EventId\":\(quoted(event.id)),\"EventStatus\":\"\(status)\","
        + "\"EventType\":\(quoted(event.type)),\"ResourceType\":\"VirtualMachine\","
        + "\"Resources\":[\(machines)],\"NotBefore\":\(quoted(event.notBefore)),"
        + "\"Description\":\"\",\"EventSource\":\"Platform\",\"DurationInSeconds\":-1}"
    }
    let number = board.incarnation.withLock(\.self)
    let text = "{\"DocumentIncarnation\":\(number),\"Events\":[\(events.joined(separator: ","))]}"
    return Answer(contentType: "application/json", body: Array(text.utf8))
  }

  private static func start(_ asked: LoopbackServer.Asked, _ board: Board) -> Answer {
    guard var fields = FakeMembers(asked.body) else { return refusal(400, "no JSON object") }
    var ids: [String] = []
    for entry in fields.objects("StartRequests") {
      var entry = entry
      guard let id = entry.text("EventId"), entry.unknown == nil else {
        return refusal(400, "a start request names an event")
      }
      ids.append(id)
    }
    let known = board.events.withLock { events in Set(events.map(\.id)) }
    guard fields.unknown == nil, !ids.isEmpty, known.isSuperset(of: ids) else {
      return refusal(400, "no such event")
    }
    board.started.withLock { $0 += ids }
    board.events.withLock { events in
      for index in events.indices where ids.contains(events[index].id) {
        events[index].notBefore = ""
      }
    }
    return Answer(contentType: "application/json", body: [])
  }

  private static func refusal(_ status: Int, _ message: String) -> Answer {
    Answer(
      status: status, contentType: "application/json",
      body: Array("{\"error\":\(quoted(message))}".utf8))
  }
}
