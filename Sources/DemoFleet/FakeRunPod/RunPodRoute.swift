/// The operation a request asks for, and the id in its path.
struct RunPodRoute: Sendable, Hashable {
  var operation: String
  var id = ""

  /// nil for a path or method the API has not.
  init?(_ asked: LoopbackServer.Asked) {
    let parts = asked.path.split(separator: "/").map(String.init)
    guard parts.first == "v2", parts.count >= 2 else { return nil }
    let shape = ([asked.method] + parts.dropFirst()).enumerated()
    // The third part is an id wherever it is not a word of the API.
    let isID = ["pods", "serverless"].contains(parts[1]) && parts.count > 2
    let key = shape.map { isID && $0.offset == 2 ? "*" : $0.element }.joined(separator: " ")
    if let name = Self.operations[key] {
      self.init(operation: name, id: isID ? parts[2] : "")
      return
    }
    guard asked.method == "GET", parts.count == 3, parts[2] == "health" else { return nil }
    self.init(operation: "queueHealth", id: parts[1])
  }

  private init(operation: String, id: String) { (self.operation, self.id) = (operation, id) }

  private static let operations = [
    "GET pods": "listPods", "POST pods": "createPod", "GET pods *": "getPod",
    "DELETE pods *": "deletePod", "POST pods * action": "podAction",
    "GET serverless": "listEndpoints", "GET serverless *": "getEndpoint",
    "PATCH serverless *": "updateEndpoint", "GET serverless * workers": "listEndpointWorkers",
    "GET catalog gpus": "listGpuTypes", "GET billing pods": "listPodBilling",
    "GET billing serverless": "listServerlessBilling",
  ]

  /// The query names each operation takes.
  var queryNames: Set<String> {
    switch operation {
    case "listPods": ["includeClusterPods"]
    case "listGpuTypes": ["include", "product", "count", "cloud"]
    case "listPodBilling": ["startTime", "endTime", "bucketSize", "lastN", "podId"]
    case "listServerlessBilling": ["startTime", "endTime", "bucketSize", "lastN", "serverlessId"]
    default: []
    }
  }

  /// Whether the path is the API's under another method.
  static func knows(_ path: String) -> Bool {
    ["GET", "POST", "PATCH", "DELETE"].contains { method in
      RunPodRoute(LoopbackServer.Asked(method: method, path: path, body: [])) != nil
    }
  }
}
