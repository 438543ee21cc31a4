import FleetModel

/// The name of an object in the fake cluster.
struct FakeKey: Sendable, Hashable, Comparable {
  var resource: String
  var namespace: String
  var name: String

  /// Of a kind that lives outside namespaces.
  init(_ resource: String, _ name: String) { self.init(resource, "", name) }

  init(_ resource: String, _ namespace: String, _ name: String) {
    self.resource = resource
    self.namespace = namespace
    self.name = name
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.resource, left.namespace, left.name) < (right.resource, right.namespace, right.name)
  }
}

/// The state of the fake cluster: its objects, every change to them by number, and what its
/// controllers have yet to do. A value; every answer is a function of it, the request and the
/// moment.
struct FakeCluster: Sendable {
  /// One change, with the object before and after it.
  struct Change: Sendable {
    var version: Int
    var key: FakeKey
    var before: FakeJSON?
    var after: FakeJSON?
  }

  /// The rest of a list that is read page by page: the state at its first page.
  struct Page: Sendable {
    var version: Int
    var items: ArraySlice<FakeJSON>
  }

  /// Something a controller does when its time has come.
  enum Due: Sendable, Hashable {
    case podReady
    case podGone
    case nodeReady
    case nodeGone
  }

  var lag: FakeKubernetes.Lag
  var objects: [FakeKey: FakeJSON] = [:]
  var version = 1000
  var log: [Change] = []
  /// Changes up to this one are forgotten.
  var compacted = 1000
  var pages: [String: Page] = [:]
  var serial = 0
  var due: [FakeKey: (what: Due, at: Timestamp)] = [:]
  /// Something has changed since the controllers looked.
  var isUnsettled = false
  /// How often somebody asked for another number of replicas than there was, by workload.
  var scalings: [FakeKey: Int] = [:]
  var evictions: [FakeKey] = []
  /// Said with a 429 of a disruption budget; nil: nothing, as the real server often does.
  var budgetRetry: Int?

  /// Changes that are kept for watchers; more than any test or demo makes in an hour.
  private static let longestLog = 50_000

  init(lag: FakeKubernetes.Lag) { self.lag = lag }

  func object(_ key: FakeKey) -> FakeJSON? { objects[key] }

  func keys(_ resource: String) -> [FakeKey] {
    objects.keys.filter { $0.resource == resource }.sorted()
  }

  /// Stores an object under the next number; what the server itself sets is set here.
  @discardableResult
  mutating func write(_ key: FakeKey, _ wanted: FakeJSON, at now: Timestamp) -> FakeJSON {
    var object = wanted
    let before = objects[key]
    object["metadata", "name"] = .text(key.name)
    if !key.namespace.isEmpty { object["metadata", "namespace"] = .text(key.namespace) }
    if let before {
      for field in ["uid", "creationTimestamp", "generation"] {
        object["metadata", field] = before["metadata", field]
      }
      if before["spec"] != object["spec"] {
        let old = before["metadata", "generation"]?.number ?? 1
        object["metadata", "generation"] = .number(Int64(old + 1))
      }
      object["metadata", "resourceVersion"] = before["metadata", "resourceVersion"]
      if object == before { return before }
    } else {
      object["metadata", "uid"] = .text(nextUID())
      if object["metadata", "creationTimestamp"] == nil {
        object["metadata", "creationTimestamp"] = .text(now.description)
      }
      object["metadata", "generation"] = 1
    }
    version += 1
    object["metadata", "resourceVersion"] = .text(String(version))
    objects[key] = object
    note(Change(version: version, key: key, before: before, after: object))
    return object
  }

  mutating func remove(_ key: FakeKey) {
    guard var before = objects.removeValue(forKey: key) else { return }
    due[key] = nil
    version += 1
    before["metadata", "resourceVersion"] = .text(String(version))
    note(Change(version: version, key: key, before: before, after: nil))
  }

  private mutating func note(_ change: Change) {
    isUnsettled = true
    log.append(change)
    guard log.count > Self.longestLog else { return }
    compacted = log[Self.longestLog / 2 - 1].version
    log.removeFirst(Self.longestLog / 2)
  }

  /// Forgets every change so far and every list that was begun, as etcd does every five minutes.
  mutating func compact() {
    compacted = version
    log = []
    pages = [:]
  }

  /// Ids look like the server's and never come twice.
  mutating func nextUID() -> String {
    serial += 1
    let digits = String(serial, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// Five characters as the server draws them, never the same twice.
  mutating func nextSuffix() -> String {
    serial += 1
    var generator = SeededGenerator(seed: UInt64(serial))
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<5).map { _ in letters[Int(generator.next() % UInt64(letters.count))] })
  }
}

/// Why a request is not carried out: a Status of the API.
struct FakeKubernetesRefusal: Error, Sendable {
  var status: Int
  var reason: String
  var message: String
  var causes: [(reason: String, message: String)] = []
  var retryAfter: Int?

  init(
    _ status: Int, _ reason: String, _ message: String,
    causes: [(reason: String, message: String)] = [], retryAfter: Int? = nil
  ) {
    self.status = status
    self.reason = reason
    self.message = message
    self.causes = causes
    self.retryAfter = retryAfter
  }

  var document: FakeJSON {
    var details: FakeJSON = [:]
    if !causes.isEmpty {
      details["causes"] = .list(
        causes.map { ["reason": .text($0.reason), "message": .text($0.message)] })
    }
    if let retryAfter { details["retryAfterSeconds"] = .number(Int64(retryAfter)) }
    return [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .text(message), "reason": .text(reason), "details": details,
      "code": .number(Int64(status)),
    ]
  }

  var answer: Answer {
    var answer = Answer(status: status, contentType: "application/json", body: document.bytes)
    if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
    return answer
  }

  static func notFound(_ resource: FakeResource, _ name: String) -> FakeKubernetesRefusal {
    FakeKubernetesRefusal(404, "NotFound", "\(resource.name) \"\(name)\" not found")
  }

  static let noSuchPath = FakeKubernetesRefusal(
    404, "NotFound", "the server could not find the requested resource")

  static func bad(_ message: String) -> FakeKubernetesRefusal {
    FakeKubernetesRefusal(400, "BadRequest", message)
  }
}
