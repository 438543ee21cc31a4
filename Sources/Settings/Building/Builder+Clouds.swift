import FleetModel

extension Builder {
  mutating func clouds(from root: Part) -> [Settings.Cloud] {
    (root.part("clouds")?.members ?? []).compactMap { name, found in
      guard let part = Part(found, key: "clouds") else { return nil }
      let cloud = cloud(name, from: part)
      checkKeys(of: cloud, part)
      checkShapes(of: cloud, part)
      return cloud
    }
  }

  private func cloud(_ name: String, from part: Part) -> Settings.Cloud {
    var cloud = Settings.Cloud(name: CloudName(name), kind: part.choice("type") ?? .aws)
    cloud.endpoint = part.text("endpoint")
    while cloud.endpoint?.last == "/" { cloud.endpoint?.removeLast() }
    cloud.zones = part.texts("zones")
    cloud.regions = part.texts("regions").map { Region($0) }
    if cloud.kind == .gcp { cloud.regions = Self.regions(ofZones: cloud.zones) }
    cloud.profile = part.text("profile") ?? part.text("context")
    cloud.credentials = credentials(from: part.part("credentials"))
    cloud.account =
      part.text("project") ?? part.text("subscription") ?? part.text("namespace")
    cloud.groups = part.texts("resource_groups") + part.texts("namespaces")
    cloud.kubeconfig = part.text("kubeconfig").map(resolved)
    cloud.credentialsFile = part.text("credentials_file").map(resolved)
    cloud.login = login(from: part.part("login"))
    cloud.token = part.secret("token").map(resolved)
    cloud.functions = part.texts("functions")
    cloud.environment = part.text("environment")
    cloud.listensToMetadata = part.flag("instance_metadata") ?? false
    cloud.queue = part.text("interruption_queue")
    return cloud
  }

  /// us-central1-a is in us-central1; sorted, each once.
  private static func regions(ofZones zones: [String]) -> [Region] {
    let names = zones.compactMap { zone -> String? in
      zone.lastIndex(of: "-").map { String(zone[..<$0]) }
    }
    return Set(names).sorted().map { Region($0) }
  }

  private func login(from part: Part?) -> Settings.Cloud.Login? {
    guard let part, let tenant = part.text("tenant"), let client = part.text("client_id"),
      let secret = part.secret("client_secret")
    else { return nil }
    return Settings.Cloud.Login(tenant: tenant, client: client, secret: resolved(secret))
  }

  private func credentials(from part: Part?) -> Settings.Cloud.Credentials? {
    guard let part, let id = part.secret("access_key_id"),
      let secret = part.secret("secret_access_key")
    else { return nil }
    return Settings.Cloud.Credentials(
      accessKeyID: resolved(id), secretAccessKey: resolved(secret),
      sessionToken: part.secret("session_token").map(resolved))
  }

  /// What a kind needs is there, and what stands there it has a use for.
  private mutating func checkKeys(of cloud: Settings.Cloud, _ part: Part) {
    guard part.text("type") != nil else { return }
    let (needed, other) = cloud.kind.keys
    for key in needed where !part.has(key) {
      complain(
        at: part.place(of: "type"), "a cloud of type \(cloud.kind.rawValue) needs '\(key)'",
        key: "clouds.\(key)")
    }
    let known = Set(needed + other + ["type", "endpoint"])
    for (name, found) in part.members where !known.contains(name) {
      let fitting = Settings.Cloud.Kind.allCases.filter {
        $0.keys.needed.contains(name) || $0.keys.other.contains(name)
      }
      complain(
        at: found.place, "'\(name)' means nothing for a cloud of type \(cloud.kind.rawValue)",
        hint: "it belongs to " + fitting.map(\.rawValue).joined(separator: ", "),
        key: "clouds.\(name)")
    }
  }

  private mutating func checkShapes(of cloud: Settings.Cloud, _ part: Part) {
    for function in cloud.functions where function.split(separator: "/").count != 2 {
      complain(
        at: part.place(of: "functions"), "'\(function)' is not APP/FUNCTION",
        key: "clouds.functions")
    }
    for zone in cloud.zones where cloud.kind == .gcp && zone.split(separator: "-").count < 3 {
      complain(
        at: part.place(of: "zones"), "'\(zone)' is not a zone such as us-central1-a",
        key: "clouds.zones")
    }
  }

  /// A pool that is counted by a workload names one of a known cloud, in that cloud's form.
  mutating func checkWorkload(of pool: PoolPart) {
    guard let match = pool.part.part("match"), let name = match.text("workload") else { return }
    let place = match.place(of: "workload")
    let cloud =
      pool.clouds.first { $0.name.rawValue == match.text("cloud") }
      ?? (pool.clouds.count == 1 ? pool.clouds[0] : nil)
    guard let cloud else {
      if !match.has("cloud") {
        complain(
          at: place, "a workload needs its cloud: give 'cloud' beside it", key: "pools.match.cloud")
      }
      return
    }
    guard !cloud.kind.takes(workload: name) else { return }
    complain(
      at: place, "'\(name)' is no workload of type \(cloud.kind.rawValue)",
      hint: "write " + cloud.kind.workloadForms.joined(separator: " or "),
      key: "pools.match.workload")
  }

  struct PoolPart {
    var part: Part
    var clouds: [Settings.Cloud]
  }
}

extension Settings.Cloud.Kind {
  /// How workloads are named; capitals stand for names.
  var workloadForms: [String] {
    switch self {
    case .aws: ["asg/NAME", "sagemaker/ENDPOINT/VARIANT", "sagemaker-ic/NAME"]
    case .gcp: ["mig/PLACE/NAME"]
    case .azure: ["vmss/GROUP/NAME"]
    case .kubernetes:
      ["deployment/NAMESPACE/NAME", "statefulset/NAMESPACE/NAME", "nodepool/NAME"]
    case .runpod: ["serverless/ID"]
    case .huggingface: ["NAMESPACE/NAME"]
    case .replicate: ["OWNER/NAME"]
    case .modal: ["APP/FUNCTION"]
    }
  }

  func takes(workload name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return workloadForms.contains { form in
      let wanted = form.split(separator: "/")
      guard wanted.count == parts.count, parts.allSatisfy({ !$0.isEmpty }) else { return false }
      return zip(wanted, parts).allSatisfy { $0 == $0.uppercased() || $0 == $1 }
    }
  }
}
