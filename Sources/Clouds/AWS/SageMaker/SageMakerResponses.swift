import FleetModel

struct ListEndpointsReply: Decodable, Sendable {
  var endpoints: [Summary]
  var nextToken: String?

  struct Summary: Decodable, Sendable {
    var name: String
    var arn: String
    var status: String

    enum CodingKeys: String, CodingKey {
      case name = "EndpointName"
      case arn = "EndpointArn"
      case status = "EndpointStatus"
    }
  }

  enum CodingKeys: String, CodingKey {
    case endpoints = "Endpoints"
    case nextToken = "NextToken"
  }
}

struct EndpointReply: Decodable, Sendable {
  var name: String
  var arn: String
  var config: String?
  var status: String
  var failureReason: String?
  /// Seconds since 1970.
  var modified: Double
  var variants: [Variant]?
  var async: AsyncConfig?

  /// Only that it is there matters: such an endpoint queues, and may have no instance.
  struct AsyncConfig: Decodable, Sendable {}

  struct Variant: Decodable, Sendable {
    var name: String
    var current: Int?
    var desired: Int?
    var serverless: ServerlessConfig?
    var managed: ManagedScaling?

    enum CodingKeys: String, CodingKey {
      case name = "VariantName"
      case current = "CurrentInstanceCount"
      case desired = "DesiredInstanceCount"
      case serverless = "CurrentServerlessConfig"
      case managed = "ManagedInstanceScaling"
    }
  }

  /// Only that it is there matters: such a variant has no instances of ours.
  struct ServerlessConfig: Decodable, Sendable {}

  enum CodingKeys: String, CodingKey {
    case name = "EndpointName"
    case arn = "EndpointArn"
    case config = "EndpointConfigName"
    case status = "EndpointStatus"
    case failureReason = "FailureReason"
    case modified = "LastModifiedTime"
    case variants = "ProductionVariants"
    case async = "AsyncInferenceConfig"
  }
}

/// SageMaker adds and removes the variant's instances itself, after what the copies need.
struct ManagedScaling: Decodable, Sendable {
  var status: String?
  var lowest: Int?
  var highest: Int?

  var isOn: Bool { status != "DISABLED" }

  enum CodingKeys: String, CodingKey {
    case status = "Status"
    case lowest = "MinInstanceCount"
    case highest = "MaxInstanceCount"
  }
}

struct EndpointConfigReply: Decodable, Sendable {
  var variants: [Variant]

  struct Variant: Decodable, Sendable {
    var name: String
    var model: String?
    var type: String?

    enum CodingKeys: String, CodingKey {
      case name = "VariantName"
      case model = "ModelName"
      case type = "InstanceType"
    }
  }

  enum CodingKeys: String, CodingKey { case variants = "ProductionVariants" }
}

struct ModelReply: Decodable, Sendable {
  var primary: Container?
  var containers: [Container]?

  struct Container: Decodable, Sendable {
    var mode: String?
    enum CodingKeys: String, CodingKey { case mode = "Mode" }
  }

  /// One endpoint serves many models of this container, loaded when they are asked for.
  var isMultiModel: Bool {
    ([primary].compactMap { $0 } + (containers ?? [])).contains { $0.mode == "MultiModel" }
  }

  enum CodingKeys: String, CodingKey {
    case primary = "PrimaryContainer"
    case containers = "Containers"
  }
}

struct TagsReply: Decodable, Sendable {
  var tags: [Tag]?
  var nextToken: String?

  struct Tag: Decodable, Sendable {
    var key: String
    var value: String

    enum CodingKeys: String, CodingKey {
      case key = "Key"
      case value = "Value"
    }
  }

  enum CodingKeys: String, CodingKey {
    case tags = "Tags"
    case nextToken = "NextToken"
  }
}

struct ListComponentsReply: Decodable, Sendable {
  var components: [Summary]
  var nextToken: String?

  struct Summary: Decodable, Sendable {
    var name: String
    var endpoint: String
    var variant: String

    enum CodingKeys: String, CodingKey {
      case name = "InferenceComponentName"
      case endpoint = "EndpointName"
      case variant = "VariantName"
    }
  }

  enum CodingKeys: String, CodingKey {
    case components = "InferenceComponents"
    case nextToken = "NextToken"
  }
}

struct ComponentReply: Decodable, Sendable {
  var name: String
  var endpoint: String
  var endpointARN: String
  var variant: String?
  var status: String?
  var failureReason: String?
  /// Seconds since 1970.
  var modified: Double
  var runtime: Runtime?

  struct Runtime: Decodable, Sendable {
    var desired: Int?
    var current: Int?

    enum CodingKeys: String, CodingKey {
      case desired = "DesiredCopyCount"
      case current = "CurrentCopyCount"
    }
  }

  enum CodingKeys: String, CodingKey {
    case name = "InferenceComponentName"
    case endpoint = "EndpointName"
    case endpointARN = "EndpointArn"
    case variant = "VariantName"
    case status = "InferenceComponentStatus"
    case failureReason = "FailureReason"
    case modified = "LastModifiedTime"
    case runtime = "RuntimeConfig"
  }
}

/// The answer to both changes: nothing but a name.
struct ChangedReply: Decodable, Sendable {
  var endpoint: String?
  var component: String?

  enum CodingKeys: String, CodingKey {
    case endpoint = "EndpointArn"
    case component = "InferenceComponentArn"
  }
}
