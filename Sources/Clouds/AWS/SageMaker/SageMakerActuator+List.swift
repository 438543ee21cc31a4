import FleetModel
import Planner
import Ports

extension SageMakerActuator {
  struct Listing: Sendable {
    var seen: [SageMakerSeen]
    var clockSkew: Duration?
  }

  private static let mostPages = 1000

  /// Everything that is ours, or an error: half a list would show the other half as gone.
  func list() async throws(ActuateError) -> Listing {
    var listing = Listing(seen: [])
    var ours: [String: [String: String]] = [:]
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = SageMakerRequests.listEndpoints(after: token)
      let reply = try await calls.send(call, as: ListEndpointsReply.self)
      listing.clockSkew = reply.clockSkew ?? listing.clockSkew
      for summary in reply.value.endpoints where summary.status != "Deleting" {
        let tags = try await tags(of: summary.arn)
        if tags[Tag.fleet] == fleet { ours[summary.name] = tags }
        guard tags[Tag.fleet] == fleet || names(endpoint: summary.name) else { continue }
        guard let endpoint = try await endpoint(summary.name) else { continue }
        listing.seen += try await variants(of: endpoint, tags: tags)
      }
      token = reply.value.nextToken
      if token == nil { break }
    }
    guard token == nil else { throw Self.endless("endpoints") }
    listing.seen += try await components(on: ours)
    return listing
  }

  private func names(endpoint: String) -> Bool {
    named.contains { $0.rawValue.hasPrefix("sagemaker/\(endpoint)/") }
  }

  /// Those on our endpoints, and those that are named.
  private func components(
    on ours: [String: [String: String]]
  ) async throws(ActuateError) -> [SageMakerSeen] {
    var seen: [SageMakerSeen] = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = SageMakerRequests.listInferenceComponents(of: nil, after: token)
      let reply = try await calls.send(call, as: ListComponentsReply.self).value
      for summary in reply.components {
        let isNamed = named.contains(SageMakerSubject.component(summary.name).workload)
        guard isNamed || ours[summary.endpoint] != nil else { continue }
        if let component = try await component(summary.name) { seen.append(component) }
      }
      token = reply.nextToken
      if token == nil { return seen }
    }
    throw Self.endless("inference components")
  }

  private static func endless(_ what: String) -> ActuateError {
    .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the list of \(what) does not end"))
  }
}

extension SageMakerActuator {
  /// One variant or component as it is now; nil when SageMaker does not know it.
  func look(_ subject: SageMakerSubject) async throws(ActuateError) -> SageMakerSeen? {
    switch subject {
    case .component(let name): return try await component(name)
    case .variant(_, let name):
      guard let endpoint = try await endpoint(name) else { return nil }
      let tags = try await tags(of: endpoint.arn)
      return try await variants(of: endpoint, tags: tags).first { $0.subject == subject }
    }
  }

  private func endpoint(_ name: String) async throws(ActuateError) -> EndpointReply? {
    let call = SageMakerRequests.describeEndpoint(name)
    return try await known { () async throws(ActuateError) in
      try await calls.send(call, as: EndpointReply.self).value
    }
  }

  private func component(_ name: String) async throws(ActuateError) -> SageMakerSeen? {
    let call = SageMakerRequests.describeInferenceComponent(name)
    let reply = try await known { () async throws(ActuateError) in
      try await calls.send(call, as: ComponentReply.self).value
    }
    guard let reply, reply.status != "Deleting" else { return nil }
    return SageMakerSeen(
      reply, tags: try await tags(of: reply.endpointARN), cloud: cloud, region: region)
  }

  /// nil for what SageMaker does not know: gone since it was listed.
  private func known<Value>(
    _ ask: () async throws(ActuateError) -> Value
  ) async throws(ActuateError) -> Value? {
    do throws(ActuateError) { return try await ask() } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  private func variants(
    of endpoint: EndpointReply, tags: [String: String]
  ) async throws(ActuateError) -> [SageMakerSeen] {
    let config = try await config(endpoint.config)
    var all: [SageMakerSeen] = []
    for variant in endpoint.variants ?? [] {
      guard
        var seen = SageMakerSeen(
          variant, of: endpoint, config, tags: tags, cloud: cloud, region: region)
      else { continue }
      let model = config?.variants.first { $0.name == variant.name }?.model
      if let model { seen.isMultiModel = try await isMultiModel(model) }
      all.append(seen)
    }
    return all
  }

  private func config(_ name: String?) async throws(ActuateError) -> EndpointConfigReply? {
    guard let name else { return nil }
    if let held = memo.config(name) { return held }
    let call = SageMakerRequests.describeEndpointConfig(name)
    let found = try await known { () async throws(ActuateError) in
      try await calls.send(call, as: EndpointConfigReply.self).value
    }
    if let found { memo.keep(found, as: name) }
    return found
  }

  private func isMultiModel(_ model: String) async throws(ActuateError) -> Bool {
    if let held = memo.isMultiModel(model) { return held }
    let call = SageMakerRequests.describeModel(model)
    // A model may be deleted while its endpoint serves it.
    let found = try await known { () async throws(ActuateError) in
      try await calls.send(call, as: ModelReply.self).value
    }
    let answer = found?.isMultiModel ?? false
    memo.keep(multiModel: answer, of: model)
    return answer
  }

  private func tags(of arn: String) async throws(ActuateError) -> [String: String] {
    let now = time.now()
    if let held = memo.tags(of: arn, at: now) { return held }
    var tags: [String: String] = [:]
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = SageMakerRequests.listTags(of: arn, after: token)
      let reply = try await calls.send(call, as: TagsReply.self).value
      for tag in reply.tags ?? [] { tags[tag.key] = tag.value }
      token = reply.nextToken
      if token == nil { break }
    }
    guard token == nil else { throw Self.endless("tags") }
    memo.keep(tags, of: arn, at: now)
    return tags
  }
}
