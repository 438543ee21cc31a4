import FleetModel
import Planner
import Ports

extension AWSService {
  /// application-autoscaling.2016-02-06.service-2.
  static let applicationAutoScaling = AWSService(
    "application-autoscaling", .json(version: "1.1", target: "AnyScaleFrontendService"))
}

/// Application Auto Scaling's calls, for SageMaker's two dimensions.
enum ScalingRequests {
  /// All of SageMaker's; of one resource where it is named.
  static func describeTargets(_ resource: ScalableResource?, after token: String?) -> AWSCall {
    var fields: [String: AWSJSON] = ["ServiceNamespace": "sagemaker"]
    if let resource {
      fields["ResourceIds"] = [.text(resource.id)]
      fields["ScalableDimension"] = .text(resource.dimension)
    }
    if let token { fields["NextToken"] = .text(token) }
    return AWSCall("DescribeScalableTargets", json: .object(fields))
  }

  static func describePolicies(_ resource: ScalableResource?, after token: String?) -> AWSCall {
    var fields: [String: AWSJSON] = ["ServiceNamespace": "sagemaker"]
    if let resource {
      fields["ResourceId"] = .text(resource.id)
      fields["ScalableDimension"] = .text(resource.dimension)
    }
    if let token { fields["NextToken"] = .text(token) }
    return AWSCall("DescribeScalingPolicies", json: .object(fields))
  }

  /// Sets both bounds: asking twice is asking once.
  static func register(_ resource: ScalableResource, bounds: ClosedRange<Int>) -> AWSCall {
    AWSCall(
      "RegisterScalableTarget", .change,
      json: [
        "ServiceNamespace": "sagemaker", "ResourceId": .text(resource.id),
        "ScalableDimension": .text(resource.dimension),
        "MinCapacity": .number(Int64(bounds.lowerBound)),
        "MaxCapacity": .number(Int64(bounds.upperBound)),
      ])
  }
}

/// What Application Auto Scaling counts: a variant's instances or a component's copies.
struct ScalableResource: Sendable, Hashable {
  var id: String
  var dimension: String

  static func variant(_ variant: String, of endpoint: String) -> ScalableResource {
    ScalableResource(
      id: "endpoint/\(endpoint)/variant/\(variant)",
      dimension: "sagemaker:variant:DesiredInstanceCount")
  }

  static func component(_ name: String) -> ScalableResource {
    ScalableResource(
      id: "inference-component/\(name)",
      dimension: "sagemaker:inference-component:DesiredCopyCount")
  }
}

struct ScalableTargetsReply: Decodable, Sendable {
  var targets: [Target]?
  var nextToken: String?

  struct Target: Decodable, Sendable {
    var id: String
    var dimension: String
    var lowest: Int
    var highest: Int

    enum CodingKeys: String, CodingKey {
      case id = "ResourceId"
      case dimension = "ScalableDimension"
      case lowest = "MinCapacity"
      case highest = "MaxCapacity"
    }
  }

  enum CodingKeys: String, CodingKey {
    case targets = "ScalableTargets"
    case nextToken = "NextToken"
  }
}

struct ScalingPoliciesReply: Decodable, Sendable {
  var policies: [Policy]?
  var nextToken: String?

  struct Policy: Decodable, Sendable {
    var id: String
    var dimension: String

    enum CodingKeys: String, CodingKey {
      case id = "ResourceId"
      case dimension = "ScalableDimension"
    }
  }

  enum CodingKeys: String, CodingKey {
    case policies = "ScalingPolicies"
    case nextToken = "NextToken"
  }
}

/// Answers to RegisterScalableTarget may be empty.
struct RegisteredReply: Decodable, Sendable {}

/// What is registered with Application Auto Scaling, and how many policies act on it.
struct ScalableTargets: Sendable {
  var bounds: [ScalableResource: ClosedRange<Int>] = [:]
  /// Other masters: each may undo what we ask for.
  var policies: [ScalableResource: Int] = [:]

  /// Why another sets the number, a clause for `Workload.numberOwner`.
  func numberOwner(of resource: ScalableResource) -> String? {
    guard let count = policies[resource], count > 0 else { return nil }
    return
      "\(count) scaling \(count == 1 ? "policy" : "policies") of Application Auto Scaling set it"
  }

  private static let mostPages = 1000

  /// Of one resource, or of all of a region's for nil.
  static func read(
    _ resource: ScalableResource? = nil, over calls: AWSCalls
  ) async throws(ActuateError) -> ScalableTargets {
    var found = ScalableTargets()
    var token: String?
    for _ in 0..<mostPages {
      let call = ScalingRequests.describeTargets(resource, after: token)
      let reply = try await calls.send(call, as: ScalableTargetsReply.self).value
      for target in reply.targets ?? [] where target.lowest <= target.highest {
        found.bounds[ScalableResource(id: target.id, dimension: target.dimension)] =
          target.lowest...target.highest
      }
      token = reply.nextToken
      if token == nil { break }
    }
    guard token == nil else { throw endless }
    // No policy without a target: nothing more to ask.
    guard !found.bounds.isEmpty else { return found }
    for _ in 0..<mostPages {
      let call = ScalingRequests.describePolicies(resource, after: token)
      let reply = try await calls.send(call, as: ScalingPoliciesReply.self).value
      for policy in reply.policies ?? [] {
        found.policies[ScalableResource(id: policy.id, dimension: policy.dimension), default: 0] +=
          1
      }
      token = reply.nextToken
      if token == nil { return found }
    }
    throw endless
  }

  private static let endless = ActuateError.retryLater(
    after: nil,
    ActFailure(
      kind: .unknown, code: "EndlessPages", message: "the list of scalable targets does not end"))
}
