import FleetModel

extension AWSService {
  /// sagemaker.2017-07-24.service-2.
  static let sageMaker = AWSService(
    "sagemaker", host: "api.sagemaker", .json(version: "1.1", target: "SageMaker"))
}

/// SageMaker's calls; each name is the operation's own.
enum SageMakerRequests {
  /// The most SageMaker gives in a page.
  static let pageSize: Int64 = 100

  static func listEndpoints(after token: String?) -> AWSCall {
    AWSCall("ListEndpoints", json: page(["MaxResults": .number(pageSize)], token))
  }

  static func describeEndpoint(_ name: String) -> AWSCall {
    AWSCall("DescribeEndpoint", json: ["EndpointName": .text(name)])
  }

  static func describeEndpointConfig(_ name: String) -> AWSCall {
    AWSCall("DescribeEndpointConfig", json: ["EndpointConfigName": .text(name)])
  }

  static func describeModel(_ name: String) -> AWSCall {
    AWSCall("DescribeModel", json: ["ModelName": .text(name)])
  }

  static func listTags(of arn: String, after token: String?) -> AWSCall {
    AWSCall("ListTags", json: page(["ResourceArn": .text(arn), "MaxResults": 100], token))
  }

  /// Those of one endpoint; all of the region's for nil.
  static func listInferenceComponents(of endpoint: String?, after token: String?) -> AWSCall {
    var fields: [String: AWSJSON] = ["MaxResults": .number(pageSize)]
    if let endpoint { fields["EndpointNameEquals"] = .text(endpoint) }
    return AWSCall("ListInferenceComponents", json: page(fields, token))
  }

  static func describeInferenceComponent(_ name: String) -> AWSCall {
    AWSCall("DescribeInferenceComponent", json: ["InferenceComponentName": .text(name)])
  }

  /// An absolute number: asking twice is asking once.
  static func setInstances(of variant: String, on endpoint: String, to count: Int) -> AWSCall {
    let wanted: AWSJSON = [
      "VariantName": .text(variant), "DesiredInstanceCount": .number(Int64(count)),
    ]
    return AWSCall(
      "UpdateEndpointWeightsAndCapacities", .change,
      json: ["EndpointName": .text(endpoint), "DesiredWeightsAndCapacities": [wanted]])
  }

  /// An absolute number: asking twice is asking once.
  static func setCopies(of component: String, to count: Int) -> AWSCall {
    AWSCall(
      "UpdateInferenceComponentRuntimeConfig", .change,
      json: [
        "InferenceComponentName": .text(component),
        "DesiredRuntimeConfig": ["CopyCount": .number(Int64(count))],
      ])
  }

  private static func page(_ fields: [String: AWSJSON], _ token: String?) -> AWSJSON {
    var fields = fields
    if let token { fields["NextToken"] = .text(token) }
    return .object(fields)
  }
}
