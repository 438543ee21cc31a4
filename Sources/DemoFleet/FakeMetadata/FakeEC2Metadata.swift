public import FleetModel
public import Ports
import Synchronization

/// An instance's metadata service, version 2 only: a token by PUT, then GET; a page that says "not
/// found" where nothing is announced. (Contract: the paths and rules of AWS's own metadata mock.)
public final class FakeEC2Metadata: Sendable {
  private let board: Board
  private let service: FakeService

  /// Where something can be announced.
  public enum Place: String, Sendable, CaseIterable {
    case instanceAction = "/latest/meta-data/spot/instance-action"
    case terminationTime = "/latest/meta-data/spot/termination-time"
    case rebalance = "/latest/meta-data/events/recommendations/rebalance"
    case maintenance = "/latest/meta-data/events/maintenance/scheduled"
  }

  public init(of node: NodeID, time: any TimeSource, faults: FaultInjector = FaultInjector()) {
    let board = Board(node, time)
    self.board = board
    service = FakeService(
      .imds, faults: faults, time: time,
      dialect: .init(
        action: { $0.path }, answer: { asked, _ in board.answer(asked) },
        refusal: { _, status, message in Board.page(status, message) }))
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    try await service.start(port: port)
  }

  public func stop() async { await service.stop() }

  /// Puts a document at a place; nil takes it away.
  public func announce(_ document: String?, at place: Place) {
    board.documents.withLock { $0[place.rawValue] = document }
  }

  /// Every token given so far is refused from here on.
  public func forgetTokens() { board.tokens.withLock { $0 = [:] } }

  /// The requests so far, oldest first; of a path, or all.
  public func calls(_ path: String? = nil) -> [FakeCall] { service.calls(path) }

  private final class Board: Sendable {
    let documents: Mutex<[String: String]>
    /// Until when each is good.
    let tokens = Mutex<[String: Timestamp]>([:])
    private let made = Mutex(0)
    private let time: any TimeSource

    private static let token = "/latest/api/token"

    init(_ node: NodeID, _ time: any TimeSource) {
      documents = Mutex([
        "/latest/meta-data/instance-id": node.rawValue, Place.maintenance.rawValue: "[]",
      ])
      self.time = time
    }

    func answer(_ asked: LoopbackServer.Asked) -> Answer {
      if asked.path == Self.token { return issue(asked) }
      guard asked.method == "GET" else { return Self.page(405, "Method Not Allowed") }
      let token = asked.headers["x-aws-ec2-metadata-token"] ?? ""
      guard let end = tokens.withLock({ $0[token] }), time.now() < end else {
        return Self.page(401, "Unauthorized")
      }
      guard let document = documents.withLock({ $0[asked.path] }) else {
        return Self.page(404, "Not Found")
      }
      return Answer(contentType: "text/plain", body: Array(document.utf8))
    }

    private func issue(_ asked: LoopbackServer.Asked) -> Answer {
      guard asked.method == "PUT" else { return Self.page(405, "Method Not Allowed") }
      let life = Int64(asked.headers["x-aws-ec2-metadata-token-ttl-seconds"] ?? "") ?? 0
      guard (1...21_600).contains(life) else { return Self.page(400, "Bad Request") }
      let number = made.withLock { made in
        made += 1
        return made
      }
      let token = "token-\(number)=="
      tokens.withLock { $0[token] = time.now().advanced(by: .seconds(life)) }
      return Answer(contentType: "text/plain", body: Array(token.utf8))
    }

    static func page(_ status: Int, _ title: String) -> Answer {
      let text =
        "<?xml version=\"1.0\"?><html><head><title>\(status) - \(title)</title></head></html>"
      return Answer(status: status, contentType: "text/html", body: Array(text.utf8))
    }
  }
}
