import FleetModel
import Foundation
import Planner
import Ports

/// Sends calls to the Resource Manager: pages, and operations that go on after their answer.
struct AzureCalls: Sendable {
  var calls: CloudCalls<AzureToken>
  let requests: AzureRequests
  let time: any TimeSource

  /// A list of a million; past it something there goes round in a circle.
  static let mostPages = 1000
  /// Where an operation's address comes without Retry-After.
  static let usualWait = Duration.seconds(5)
  /// When a bucket that the answer names holds no more than this, we slow down before it is empty.
  static let reserve = 5

  init(_ calls: CloudCalls<AzureToken>, _ requests: AzureRequests, time: any TimeSource) {
    self.calls = calls
    self.requests = requests
    self.time = time
  }

  // MARK: Looking

  /// One answer, read from JSON.
  func look<Value: Decodable & Sendable>(
    _ call: CloudCall, as type: Value.Type
  ) async throws(ActuateError) -> CloudCalls<AzureToken>.Reply<Value> {
    let reply = try await calls.send(call, as: type)
    pace(reply.response, call)
    return reply
  }

  struct Listing<Item: Sendable>: Sendable {
    var items: [Item]
    var clockSkew: Duration?
  }

  /// All pages, or an error: half a list would show the other half as gone.
  func list<Item: Decodable & Sendable>(
    _ call: CloudCall, of type: Item.Type
  ) async throws(ActuateError) -> Listing<Item> {
    var (items, seen): ([Item], Set<String>) = ([], [])
    var next = call
    for _ in 0..<Self.mostPages {
      let reply = try await look(next, as: AzurePage<Item>.self)
      items += reply.value.value
      guard let link = reply.value.nextLink, !link.isEmpty else {
        return Listing(items: items, clockSkew: reply.clockSkew)
      }
      guard seen.insert(link).inserted else { break }
      try requireHome(link, call)
      next = requests.follow(link, as: call.operation)
    }
    throw .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the list does not end"))
  }

  /// The token goes nowhere but to the Resource Manager it is for.
  private func requireHome(_ link: String, _ call: CloudCall) throws(ActuateError) {
    guard SameHost.isSame(link, as: requests.endpoint) else {
      throw CloudVerdict.unreadable(call, "it points to another host")
    }
  }

  // MARK: Changing

  /// How far a change came while we waited for it.
  enum Ending: Sendable, Hashable {
    case done
    /// Accepted, and still going on.
    case underWay
  }

  struct Outcome: Sendable {
    var ending: Ending
    var status: Int
    var requestID: String
  }

  /// Sends a change and looks after it, at most for `limit`, at the pace Azure asks for.
  ///
  /// What Azure refuses later, inside the operation, is thrown as if it had refused at once.
  func change(_ call: CloudCall, within limit: Duration) async throws(ActuateError) -> Outcome {
    let reply = try await calls.repeating(call) { $0 }.value
    pace(reply, call)
    var outcome = Outcome(
      ending: .done, status: reply.status, requestID: reply.header("x-ms-request-id") ?? "")
    guard let watched = Watched(reply, of: call) else { return outcome }
    try requireHome(watched.url, call)
    outcome.ending = try await wait(for: watched, of: call, within: limit)
    return outcome
  }

  /// Where the end of an operation is to be asked.
  private struct Watched {
    var url: String
    var way: Way
    var after: Duration

    enum Way {
      /// The body says how it stands.
      case operation
      /// The status does.
      case location
      /// The thing itself does.
      case resource
    }

    /// nil when the answer is the end of it.
    init?(_ reply: HTTPResponse, of call: CloudCall) {
      after = CloudVerdict.retryAfter(reply) ?? AzureCalls.usualWait
      if let url = reply.header("Azure-AsyncOperation") {
        (self.url, way) = (url, .operation)
      } else if reply.status > 200, let url = reply.header("Location") {
        (self.url, way) = (url, .location)
      } else if ["PUT", "PATCH"].contains(call.method), AzureProvisioning.of(reply).isUnderWay {
        (url, way) = (call.url, .resource)
      } else {
        return nil
      }
    }
  }

  private func wait(
    for watched: Watched, of call: CloudCall, within limit: Duration
  ) async throws(ActuateError) -> Ending {
    let start = time.now()
    var pause = max(watched.after, .milliseconds(100))
    while time.now().advanced(by: pause).duration(since: start) <= limit {
      do { try await time.sleep(for: pause) } catch {
        throw .outcomeUnknown("\(call.operation) was accepted; nobody waits for its end")
      }
      let reply = try await ask(watched, of: call)
      if let ending = try Self.ending(reply, watched, call) { return ending }
      pause = max(CloudVerdict.retryAfter(reply) ?? pause, .milliseconds(100))
    }
    return .underWay
  }

  private func ask(
    _ watched: Watched, of call: CloudCall
  ) async throws(ActuateError) -> HTTPResponse {
    let look = requests.follow(watched.url, as: AzureRequests.poll)
    do throws(ActuateError) {
      let reply = try await calls.repeating(look) { $0 }.value
      pace(reply, look)
      return reply
    } catch {
      // At a Location the operation's own failure is the answer; a look that failed tells nothing.
      if watched.way == .location, case .refused(let failure) = error, failure.kind != .auth {
        throw error
      }
      throw .outcomeUnknown("\(call.operation) was accepted, and its end can not be seen: \(error)")
    }
  }

  /// nil while it goes on.
  private static func ending(
    _ reply: HTTPResponse, _ watched: Watched, _ call: CloudCall
  ) throws(ActuateError) -> Ending? {
    guard watched.way == .operation else {
      if watched.way == .location, reply.status == 202 { return nil }
      let provisioning = AzureProvisioning.of(reply)
      if provisioning == .failed { throw .refused(Self.notProvisioned) }
      return provisioning.isUnderWay ? nil : .done
    }
    guard let operation = try? JSONDecoder().decode(AzureOperation.self, from: Data(reply.body))
    else { throw CloudVerdict.unreadable(call, "the state of its operation is not JSON") }
    switch operation.status.lowercased() {
    case "succeeded": return .done
    case "failed", "canceled": throw failure(operation)
    default: return nil
    }
  }

  /// The thing says that it failed; why, only its view says.
  static let notProvisioned = ActFailure(
    kind: .invalid, code: "ProvisioningFailed", message: "the resource says no more than that")

  /// It ended, so it is known: what can be repeated is said to be, all else is refused.
  private static func failure(_ operation: AzureOperation) -> ActuateError {
    let fault =
      operation.error.map { AzureFault.sorted($0) }
      ?? CloudFault(kind: nil, code: operation.status, message: "Azure gave no reason")
    let failure = ActFailure(
      kind: fault.kind ?? .invalid, code: fault.code, message: fault.message)
    switch fault.kind {
    case .throttled, .unknown: return .retryLater(after: nil, failure)
    default: return .refused(failure)
    }
  }
}

extension AzureCalls {
  /// Reads what Azure still allows, "Microsoft.Compute/HighCostGet3Min;107,…", and empties our own
  /// bucket when one of theirs is almost empty.
  private func pace(_ reply: HTTPResponse, _ call: CloudCall) {
    guard let left = Self.remaining(reply), left <= Self.reserve else { return }
    calls.budgets.budget(for: call).drain()
  }

  /// The least that is left of what the answer counts; nil when it counts nothing.
  static func remaining(_ reply: HTTPResponse) -> Int? {
    let buckets = (reply.header("x-ms-ratelimit-remaining-resource") ?? "").split(separator: ",")
    let counts = buckets.compactMap { bucket -> Int? in
      bucket.split(separator: ";").last.flatMap { Int($0.filter { $0 != " " }) }
    }
    return counts.min()
  }
}

/// Whether an address that an answer gave leads to the host that was asked.
enum SameHost {
  static func isSame(_ link: String, as home: String) -> Bool {
    guard let there = URL(string: link), let here = URL(string: home),
      let scheme = there.scheme?.lowercased(), scheme == here.scheme?.lowercased(),
      there.user() == nil
    else { return false }
    let usual = scheme == "https" ? 443 : 80
    return there.host()?.lowercased() == here.host()?.lowercased() && there.host() != nil
      && (there.port ?? usual) == (here.port ?? usual)
  }
}
