import FleetModel

/// One endpoint of the fake. What ends by itself has ended when it is looked at.
struct HuggingFaceEndpointState: Sendable {
  let name: String
  let namespace: String
  let hardware: String
  let createdAt: Timestamp
  var updatedAt: Timestamp
  var minReplica: Int
  var maxReplica: Int
  var scaleToZeroTimeout = 15
  var measure: PlainJSON = .null
  var tags: [String]
  var type = "authenticated"
  var model: PlainJSON
  /// How many replicas its own autoscaler wants.
  var target: Int
  var ready: Int
  private(set) var state: String
  private var next: (state: String, at: Timestamp)?
  /// How often its bounds were changed.
  var changes = 0

  init(
    name: String, namespace: String, hardware: String, replicas: ClosedRange<Int>,
    tags: [String] = [], at now: Timestamp
  ) {
    self.name = name
    self.namespace = namespace
    self.hardware = hardware
    self.tags = tags
    (createdAt, updatedAt) = (now, now)
    (minReplica, maxReplica) = (replicas.lowerBound, replicas.upperBound)
    target = max(1, replicas.lowerBound)
    ready = target
    state = "running"
    model = [
      "framework": "pytorch", "repository": "acme/demo-7b", "revision": "main",
      "task": "text-generation", "image": ["huggingface": [:]], "env": [:], "secrets": [:],
    ]
  }

  /// As it is at that moment.
  func settled(at now: Timestamp) -> Self {
    guard let next, next.at <= now else { return self }
    var copy = self
    copy.state = next.state
    copy.next = nil
    copy.ready = next.state == "running" ? target : 0
    return copy
  }

  /// Takes a state at once, and another after `lag`.
  mutating func turn(
    to word: String, then end: String? = nil, after lag: Duration = .zero,
    at now: Timestamp = Timestamp(seconds: 0)
  ) {
    state = word
    next = end.map { ($0, now.advanced(by: lag)) }
    if word != "updating" { ready = word == "running" ? target : 0 }
  }

  /// Neither replicas nor a bill.
  var isAtZero: Bool { state == "paused" || state == "scaledToZero" }
}

extension HuggingFaceEndpointState {
  /// As the API writes it.
  func body(_ hardware: HuggingFaceState.Hardware, url: String) -> PlainJSON {
    var scaling: PlainJSON = [
      "minReplica": .int(minReplica), "maxReplica": .int(maxReplica),
      "scaleToZeroTimeout": .int(scaleToZeroTimeout),
    ]
    if measure != .null { scaling["measure"] = measure }
    var status: PlainJSON = [
      "createdAt": .string(createdAt.description), "createdBy": ["id": "1", "name": "demo"],
      "updatedAt": .string(updatedAt.description), "updatedBy": ["id": "1", "name": "demo"],
      "private": .null, "state": .string(state), "message": .string("Endpoint is \(state)"),
      "readyReplica": .int(ready), "targetReplica": .int(isAtZero ? 0 : target),
    ]
    if state == "running" || state == "scaledToZero" { status["url"] = .string(url) }
    return [
      "name": .string(name), "type": .string(type), "accountId": .null,
      "provider": ["vendor": .string(hardware.vendor), "region": .string(hardware.region)],
      "compute": [
        "accelerator": .string(hardware.accelerator), "id": .string(self.hardware),
        "instanceType": .string(hardware.instanceType),
        "instanceSize": .string(hardware.instanceSize), "scaling": scaling,
      ],
      "model": model, "status": status, "healthRoute": "/health",
      "tags": .array(tags.map { .string($0) }), "cacheHttpResponses": false,
    ]
  }
}
