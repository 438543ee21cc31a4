import Planner

extension CloudCapabilities {
  /// SageMaker's endpoints: a number of instances or of copies, nothing else.
  public static let sageMaker = CloudCapabilities(
    name: "sagemaker",
    acts: [
      .scaleUp: .can(
        note: "a variant's instances or an inference component's copies; that there is no capacity "
          + "is said minutes later, in the endpoint's failure reason"),
      .scaleDown: .can(
        note: "an inference component goes to 0; a variant to 1, and to 0 only where it holds "
          + "inference components with MinInstanceCount 0 or its endpoint is asynchronous"),
      .launch: .cannot(reason: "SageMaker keeps its instances itself; ask for a number of them"),
      .start: .cannot(reason: "an endpoint has no stopped instances"),
      .stop: .cannot(reason: "an endpoint's instances can not be stopped, only given back"),
      .terminate: .cannot(reason: "SageMaker chooses which instance goes"),
      .keep: .cannot(reason: "to keep a workload nothing is sent"),
      .unload: .cannot(reason: "a multi-model endpoint unloads models itself"),
    ],
    permissions: sageMakerPermissions,
    idempotency: [.scaleUp: .absolute, .scaleDown: .absolute],
    policy: AWSPolicy.document)

  /// What SageMaker's actuator needs, Application Auto Scaling and CloudWatch included.
  static let sageMakerPermissions: [Permission] =
    [
      look("sagemaker:ListEndpoints", "lists the endpoints"),
      look("sagemaker:ListTags", "tells which endpoints are the fleet's"),
      look("sagemaker:DescribeEndpoint", "counts the instances"),
      look("sagemaker:DescribeEndpointConfig", "names the instance type"),
      look("sagemaker:DescribeModel", "tells multi-model endpoints from others"),
      look("sagemaker:ListInferenceComponents", "lists the inference components"),
      look("sagemaker:DescribeInferenceComponent", "counts the copies"),
      look("application-autoscaling:DescribeScalableTargets", "reads the bounds others set"),
      look("application-autoscaling:DescribeScalingPolicies", "finds a second master"),
      look("cloudwatch:GetMetricData", "reads load and model cache; without it both are absent"),
    ] + [
      act("sagemaker:UpdateEndpointWeightsAndCapacities", "sets a variant's instances"),
      act("sagemaker:UpdateInferenceComponentRuntimeConfig", "sets a component's copies"),
      act(
        "application-autoscaling:RegisterScalableTarget",
        "moves registered bounds, only where that is switched on"),
    ]

  /// What the price lists and the bill need.
  static let awsMoneyPermissions: [Permission] = [
    look("pricing:GetProducts", "reads list prices"),
    look("ec2:DescribeSpotPriceHistory", "reads spot prices"),
    look("ce:GetCostAndUsage", "compares our accounts with the bill"),
  ]

  /// The calls of the services above EC2, for the AWS policy to join.
  public static let awsAppsPermissions = sageMakerPermissions + awsMoneyPermissions

  private static func look(_ name: String, _ reason: String) -> Permission {
    Permission(name, calls: [name], reason: reason)
  }

  private static func act(_ name: String, _ reason: String) -> Permission {
    Permission(name, calls: [name], acts: true, reason: reason)
  }
}
