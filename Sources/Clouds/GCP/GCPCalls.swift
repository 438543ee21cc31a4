import FleetModel
import Planner
import Ports

/// Calls to one project, and the waiting for what they begin.
struct GCPCalls: Sendable {
  let requests: GCPRequests
  var calls: CloudCalls<GCPToken>
  let time: any TimeSource
  /// How long an operation is waited for.
  let patience: Duration

  /// Asked after this long first, and then after twice as long each time.
  static let firstLook = Duration.seconds(1)
  static let longestPause = Duration.seconds(5)
  /// A listing of half a million; past it something there goes round in a circle.
  private static let mostPages = 1000

  /// How an operation stands when the waiting is over.
  enum Outcome: Sendable {
    case done(GCPOperation)
    case failed(ActFailure)
    /// It is still under way, or nobody could be asked.
    case open(GCPOperation, String)
  }

  static func sign(_ call: CloudCall, _ token: GCPToken) -> HTTPRequest {
    var request = call.request
    request.headers.append(HTTPField("Authorization", "Bearer " + token.accessToken.reveal()))
    if let project = token.quotaProject {
      request.headers.append(HTTPField("x-goog-user-project", project))
    }
    return request
  }

  /// A look at one thing; nil when it is not there.
  func look<Value: Decodable & Sendable>(
    _ call: CloudCall, as type: Value.Type
  ) async throws(ActuateError) -> Value? {
    do throws(ActuateError) {
      return try await calls.send(call, as: type).value
    } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  /// All pages, or an error: half a list would show the other half as gone.
  func list<Page: GCPPage>(
    _ type: Page.Type, _ call: (String?) -> CloudCall
  ) async throws(ActuateError) -> (items: [Page.Item], skew: Duration?) {
    var items: [Page.Item] = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = call(token)
      let reply = try await calls.send(call, as: type)
      if let gap = reply.value.gap { throw Self.incomplete(call, gap) }
      items += reply.value.found
      guard let next = reply.value.nextPageToken, !next.isEmpty else {
        return (items, reply.clockSkew)
      }
      guard next != token else { break }
      token = next
    }
    throw Self.incomplete(call(nil), "its pages do not end")
  }

  private static func incomplete(_ call: CloudCall, _ what: String) -> ActuateError {
    .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "IncompleteList",
        message: "the answer to \(call.operation) is not whole: \(what)"))
  }

  /// Sends a change and waits for its operation.
  func settle(_ call: CloudCall, in scope: GCPScope) async throws(ActuateError) -> Outcome {
    let begun = try await calls.send(call, as: GCPOperation.self).value
    let deadline = time.now().advanced(by: patience)
    var (operation, pause, trouble) = (begun, Self.firstLook, "it is still under way")
    while !operation.isDone {
      guard time.now() < deadline else { return .open(operation, trouble) }
      do { try await time.sleep(for: pause) } catch { return .open(operation, "cancelled") }
      pause = min(Self.longestPause, pause * 2)
      do throws(ActuateError) {
        let look = requests.operation(operation.name, in: scope)
        operation = try await calls.send(look, as: GCPOperation.self).value
      } catch {
        // The change itself was taken; what can not be asked is asked again.
        trouble = "\(error)"
      }
    }
    return operation.failure.map { .failed($0) } ?? .done(operation)
  }

  /// What a failure inside an operation asks the caller to do.
  static func error(_ failure: ActFailure) -> ActuateError {
    failure.kind == .throttled ? .retryLater(after: nil, failure) : .refused(failure)
  }
}
