import FleetModel

/// SageMaker's endpoints and inference components: a value; every answer is a function of it, the
/// request and the moment.
struct FakeEndpoints: Sendable {
  var region: String
  var lag: Duration
  var endpoints: [String: Endpoint] = [:]
  var models: [String: Bool] = [:]
  var components: [String: Component] = [:]
  /// Instance types that can not be had.
  var soldOut: Set<String> = []
  /// The account's instances of a type, over all endpoints.
  var quotas: [String: Int] = [:]
  /// Changes that took effect, by workload.
  var changes: [String: Int] = [:]
  /// Entries of a page, at most what the request asks for.
  var pageSize = 100

  struct Endpoint: Sendable {
    var name: String
    var tags: [String: String]
    var created: Timestamp
    var modified: Timestamp
    var variants: [Variant]
    var isAsync = false
    var failureReason: String?
    /// Until then an update is under way.
    var busyUntil: Timestamp?
  }

  struct Variant: Sendable {
    var name: String
    var type: String
    /// nil: it holds inference components.
    var model: String?
    var current: Int
    var desired: Int
    var managed: ClosedRange<Int>?
    var isServerless = false
  }

  struct Component: Sendable {
    var name: String
    var endpoint: String
    var variant: String
    var created: Timestamp
    var modified: Timestamp
    var current: Int
    var desired: Int
    var failureReason: String?
    var busyUntil: Timestamp?
  }

  func arn(_ kind: String, _ name: String) -> String {
    "arn:aws:sagemaker:\(region):111122223333:\(kind)/\(name)"
  }

  static let noCapacity =
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    + "Please retry using a different ML instance type or after some time."

  mutating func answer(
    _ action: String, _ fields: inout FakeFields, at now: Timestamp
  ) throws(FakeRefusal) -> FakeAppsJSON {
    settle(at: now)
    switch action {
    case "ListEndpoints": return try listEndpoints(&fields)
    case "DescribeEndpoint": return try describeEndpoint(&fields)
    case "DescribeEndpointConfig": return try describeConfig(&fields)
    case "DescribeModel": return try describeModel(&fields)
    case "ListTags": return try listTags(&fields)
    case "ListInferenceComponents": return try listComponents(&fields)
    case "DescribeInferenceComponent": return try describeComponent(&fields)
    case "UpdateEndpointWeightsAndCapacities": return try setCapacities(&fields, at: now)
    case "UpdateInferenceComponentRuntimeConfig": return try setCopies(&fields, at: now)
    default:
      throw FakeRefusal(
        code: "UnknownOperationException", message: "The operation \(action) is not known.")
    }
  }

  /// Ends the updates whose time has come.
  private mutating func settle(at now: Timestamp) {
    for (name, component) in components {
      guard let end = component.busyUntil, end <= now else { continue }
      components[name] = settled(component, at: end)
      follow(component.endpoint)
    }
    for (name, endpoint) in endpoints {
      guard let end = endpoint.busyUntil, end <= now else { continue }
      endpoints[name] = settled(endpoint, at: end)
    }
  }

  private func settled(_ endpoint: Endpoint, at end: Timestamp) -> Endpoint {
    var endpoint = endpoint
    endpoint.busyUntil = nil
    endpoint.modified = end
    for (index, variant) in endpoint.variants.enumerated() {
      guard variant.desired > variant.current, soldOut.contains(variant.type) else {
        endpoint.variants[index].current = variant.desired
        continue
      }
      endpoint.variants[index].desired = variant.current
      endpoint.failureReason = Self.noCapacity
    }
    return endpoint
  }

  private func settled(_ component: Component, at end: Timestamp) -> Component {
    var component = component
    component.busyUntil = nil
    component.modified = end
    let variant = endpoints[component.endpoint]?.variants.first { $0.name == component.variant }
    guard component.desired > component.current, let variant, soldOut.contains(variant.type) else {
      component.current = component.desired
      return component
    }
    component.desired = component.current
    component.failureReason = Self.noCapacity
    return component
  }

  /// A variant with managed scaling has an instance for each copy, within its bounds.
  private mutating func follow(_ name: String) {
    guard var endpoint = endpoints[name] else { return }
    for (index, variant) in endpoint.variants.enumerated() {
      guard let bounds = variant.managed else { continue }
      let copies = components.values.filter { $0.endpoint == name && $0.variant == variant.name }
        .reduce(0) { $0 + $1.current }
      let count = min(max(copies, bounds.lowerBound), bounds.upperBound)
      endpoint.variants[index].current = count
      endpoint.variants[index].desired = count
    }
    endpoints[name] = endpoint
  }
}
