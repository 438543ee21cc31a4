import FleetModel

extension FakeEndpoints {
  func listEndpoints(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let (size, token) = try page(&fields)
    let contains = try fields.text("NameContains")
    let status = try fields.text("StatusEquals")
    try fields.end()
    let all = endpoints.values.sorted { $0.name < $1.name }.filter { endpoint in
      (contains.map { endpoint.name.contains($0) } ?? true)
        && (status.map { $0 == Self.status(endpoint) } ?? true)
    }
    let page = try FakePage(of: all, size: size, after: token)
    let items = page.items.map { endpoint -> FakeAppsJSON in
      [
        "EndpointName": .text(endpoint.name), "EndpointArn": .text(arn("endpoint", endpoint.name)),
        "CreationTime": Self.time(endpoint.created),
        "LastModifiedTime": Self.time(endpoint.modified),
        "EndpointStatus": .text(Self.status(endpoint)),
      ]
    }
    return Self.with(["Endpoints": .list(items)], page.next)
  }

  func describeEndpoint(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let endpoint = try find(try fields.needed("EndpointName"))
    try fields.end()
    var answer: [String: FakeAppsJSON] = [
      "EndpointName": .text(endpoint.name), "EndpointArn": .text(arn("endpoint", endpoint.name)),
      "EndpointConfigName": .text(endpoint.name + "-config"),
      "EndpointStatus": .text(Self.status(endpoint)),
      "CreationTime": Self.time(endpoint.created),
      "LastModifiedTime": Self.time(endpoint.modified),
      "ProductionVariants": .list(endpoint.variants.map(Self.variant)),
    ]
    answer["FailureReason"] = endpoint.failureReason.map { .text($0) }
    if endpoint.isAsync {
      answer["AsyncInferenceConfig"] = ["OutputConfig": ["S3OutputPath": "s3://demo/out"]]
    }
    return .object(answer)
  }

  private static func variant(_ variant: Variant) -> FakeAppsJSON {
    var fields: [String: FakeAppsJSON] = [
      "VariantName": .text(variant.name), "CurrentWeight": 1, "DesiredWeight": 1,
    ]
    guard !variant.isServerless else {
      let serverless: FakeAppsJSON = ["MemorySizeInMB": 2048, "MaxConcurrency": 5]
      fields["CurrentServerlessConfig"] = serverless
      return .object(fields)
    }
    fields["CurrentInstanceCount"] = .number(Double(variant.current))
    fields["DesiredInstanceCount"] = .number(Double(variant.desired))
    fields["ManagedInstanceScaling"] = managed(variant)
    return .object(fields)
  }

  private static func managed(_ variant: Variant) -> FakeAppsJSON? {
    variant.managed.map { bounds in
      [
        "Status": "ENABLED", "MinInstanceCount": .number(Double(bounds.lowerBound)),
        "MaxInstanceCount": .number(Double(bounds.upperBound)),
      ]
    }
  }

  func describeConfig(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let name = try fields.needed("EndpointConfigName")
    try fields.end()
    guard name.hasSuffix("-config"), let endpoint = endpoints[String(name.dropLast(7))] else {
      throw .validation(
        "Could not find endpoint configuration \"\(arn("endpoint-config", name))\".")
    }
    let variants = endpoint.variants.map { variant -> FakeAppsJSON in
      var fields: [String: FakeAppsJSON] = ["VariantName": .text(variant.name)]
      fields["ModelName"] = variant.model.map { .text($0) }
      fields["ManagedInstanceScaling"] = Self.managed(variant)
      guard !variant.isServerless else {
        fields["ServerlessConfig"] = ["MemorySizeInMB": 2048, "MaxConcurrency": 5]
        return .object(fields)
      }
      fields["InstanceType"] = .text(variant.type)
      fields["InitialInstanceCount"] = 1
      return .object(fields)
    }
    return [
      "EndpointConfigName": .text(name), "EndpointConfigArn": .text(arn("endpoint-config", name)),
      "CreationTime": Self.time(endpoint.created), "ProductionVariants": .list(variants),
    ]
  }

  func describeModel(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let name = try fields.needed("ModelName")
    try fields.end()
    guard let multi = models[name] else {
      throw .validation("Could not find model \"\(arn("model", name))\".")
    }
    return [
      "ModelName": .text(name), "ModelArn": .text(arn("model", name)),
      "CreationTime": 1_700_000_000,
      "PrimaryContainer": [
        "Image": "demo", "Mode": multi ? "MultiModel" : "SingleModel",
        "ModelDataUrl": "s3://demo/m",
      ],
    ]
  }

  func listTags(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let resource = try fields.needed("ResourceArn")
    let (size, token) = try page(&fields)
    try fields.end()
    let name = String(resource.split(separator: "/").last ?? "")
    guard let endpoint = endpoints[name], resource == arn("endpoint", name) else {
      throw .validation("Could not find resource \"\(resource)\".")
    }
    let all = endpoint.tags.sorted { $0.key < $1.key }
    let page = try FakePage(of: all, size: size, after: token)
    let items = page.items.map { tag -> FakeAppsJSON in
      ["Key": .text(tag.key), "Value": .text(tag.value)]
    }
    return Self.with(["Tags": .list(items)], page.next)
  }

  func listComponents(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let (size, token) = try page(&fields)
    let endpoint = try fields.text("EndpointNameEquals")
    let variant = try fields.text("VariantNameEquals")
    try fields.end()
    let all = components.values.sorted { $0.name < $1.name }.filter { component in
      (endpoint ?? component.endpoint) == component.endpoint
        && (variant ?? component.variant) == component.variant
    }
    let page = try FakePage(of: all, size: size, after: token)
    let items = page.items.map { FakeAppsJSON.object(self.names(of: $0)) }
    return Self.with(["InferenceComponents": .list(items)], page.next)
  }

  func describeComponent(_ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    let component = try findComponent(try fields.needed("InferenceComponentName"))
    try fields.end()
    var answer = names(of: component)
    answer["Specification"] = [
      "ModelName": .text(component.name + "-model"),
      "ComputeResourceRequirements": [
        "NumberOfAcceleratorDevicesRequired": 1, "MinMemoryRequiredInMb": 1024,
      ],
    ]
    answer["RuntimeConfig"] = [
      "DesiredCopyCount": .number(Double(component.desired)),
      "CurrentCopyCount": .number(Double(component.current)),
    ]
    answer["FailureReason"] = component.failureReason.map { .text($0) }
    return .object(answer)
  }

  private func names(of component: Component) -> [String: FakeAppsJSON] {
    [
      "InferenceComponentName": .text(component.name),
      "InferenceComponentArn": .text(arn("inference-component", component.name)),
      "EndpointName": .text(component.endpoint),
      "EndpointArn": .text(arn("endpoint", component.endpoint)),
      "VariantName": .text(component.variant), "CreationTime": Self.time(component.created),
      "LastModifiedTime": Self.time(component.modified),
      "InferenceComponentStatus": component.busyUntil == nil ? "InService" : "Updating",
    ]
  }

  private func page(_ fields: inout FakeFields) throws(FakeRefusal) -> (Int, String?) {
    let size = try fields.number("MaxResults") ?? 10
    guard (1...100).contains(size) else {
      throw .validation("MaxResults \(size) is not between 1 and 100")
    }
    return (min(size, pageSize), try fields.text("NextToken"))
  }

  static func status(_ endpoint: Endpoint) -> String {
    endpoint.busyUntil == nil ? "InService" : "Updating"
  }

  static func time(_ moment: Timestamp) -> FakeAppsJSON {
    .number(Double(moment.microseconds) / 1_000_000)
  }

  static func with(_ fields: [String: FakeAppsJSON], _ next: FakeAppsJSON?) -> FakeAppsJSON {
    var fields = fields
    fields["NextToken"] = next
    return .object(fields)
  }
}
