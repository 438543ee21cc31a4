import Clouds
import Controller
import CostModel
import CurlTransport
import FleetModel
import Foundation
import Planner
import Ports
import Settings

/// Every kind of cloud, put together from its settings; `Wiring`'s second page.
extension Wiring {
  /// Accounts that cannot be made at all (no kubeconfig) stand for themselves and say so at each call.
  static func accounts(_ settings: Settings, transport: CurlTransport) -> [CloudAccount] {
    settings.clouds.map { CloudMaker(settings, $0, transport).account }
  }

  static func capabilities(of kind: Settings.Cloud.Kind) -> CloudCapabilities {
    switch kind {
    case .aws: .aws
    case .gcp: .gcp
    case .azure: .azure
    case .kubernetes: .kubernetes
    case .runpod: .runPod
    case .huggingface: .huggingFace
    case .replicate: .replicate
    case .modal: .modal
    }
  }
}

/// Makes one account.
private struct CloudMaker {
  let settings: Settings
  let cloud: Settings.Cloud
  let transport: CurlTransport
  let time = SystemTime()

  init(_ settings: Settings, _ cloud: Settings.Cloud, _ transport: CurlTransport) {
    (self.settings, self.cloud, self.transport) = (settings, cloud, transport)
  }

  var fleet: String { settings.fleet.name }

  /// Tags of pools that could have nodes here.
  var pools: [[String: String]] {
    settings.pools.filter { $0.match.cloud == nil || $0.match.cloud == cloud.name }
      .map(\.match.tags)
  }

  /// What the pools that may be of this cloud name.
  func workloads(_ prefix: String) -> [WorkloadID] {
    settings.pools.filter { $0.match.cloud == nil || $0.match.cloud == cloud.name }
      .compactMap(\.match.workload).filter { $0.rawValue.hasPrefix(prefix) }
  }

  var account: CloudAccount {
    switch cloud.kind {
    case .aws: aws
    case .gcp: gcp
    case .azure: azure
    case .kubernetes: kubernetes
    case .runpod: runPod
    case .huggingface: huggingFace
    case .replicate: replicate
    case .modal: modal
    }
  }

  private func made(
    _ actuator: any Actuator, prices: [any PriceSource] = [],
    interruptions: [any InterruptionSource] = [],
    proof: @escaping @Sendable () async throws(ActuateError) -> CloudAccount.Proof
  ) -> CloudAccount {
    CloudAccount(
      name: cloud.name, capabilities: Wiring.capabilities(of: cloud.kind), actuator: actuator,
      prices: prices, interruptions: interruptions, proof: proof)
  }
}

// MARK: Machines

extension CloudMaker {
  private var aws: CloudAccount {
    let keys = awsKeys
    let actuators = cloud.regions.map { (region: $0, actuator: awsActuator(in: $0, keys)) }
    let sweep = InventorySweep(
      RegionalActuator(
        cloud: cloud.name, regions: actuators.map { (region: $0.region, actuator: $0.actuator) }),
      time: time)
    let first = actuators.first?.actuator
    return made(
      sweep,
      prices: [
        AWSListPrices(
          cloud: cloud.name, endpoint: cloud.endpoint, credentials: keys, transport: transport,
          time: time),
        AWSSpotPrices(
          cloud: cloud.name, endpoint: cloud.endpoint, credentials: keys, transport: transport,
          time: time),
      ], interruptions: [sweep] + awsInterruptions(keys)
    ) { () async throws(ActuateError) in
      let issued = try await keys.current()
      let identity = try await first?.identity()
      return .init(link: issued.link, expiresAt: issued.expiresAt, identity: identity?.arn)
    }
  }

  /// Groups and models are only asked for where a pool names one: who has none need not allow it.
  private func awsActuator(
    in region: Region, _ keys: CredentialCache<AWSCredentials>
  ) -> AWSActuator {
    var others: [AWSActuator.Other] = []
    let models = Set(workloads("sagemaker"))
    if !models.isEmpty {
      let actuator = SageMakerActuator(
        cloud: cloud.name, region: region, endpoint: cloud.endpoint, credentials: keys,
        fleet: fleet, workloads: models, transport: transport, time: time)
      others = [.init(kinds: ["sagemaker", "sagemaker-ic"], actuator: actuator)]
    }
    return AWSActuator(
      cloud: cloud.name, region: region, endpoint: cloud.endpoint, credentials: keys,
      fleet: fleet, pools: pools, groups: Set(workloads("asg/")), others: others,
      transport: transport, time: time)
  }

  /// Some pool buys what its cloud can take back: only then is anything asked about that.
  private var usesSpot: Bool {
    settings.pools.contains { $0.spot != nil || $0.launch?.capacity == .spot }
  }

  private func awsInterruptions(
    _ keys: CredentialCache<AWSCredentials>
  ) -> [any InterruptionSource] {
    let proof = { @Sendable () async throws(ActuateError) in try await keys.current().value }
    let swept = usesSpot ? cloud.regions : []
    var paths: [any InterruptionSource] = swept.map { region in
      EC2Sweep(
        cloud: cloud.name, region: region, endpoint: cloud.endpoint, credentials: proof,
        fleet: fleet, transport: transport, time: time)
    }
    if let queue = cloud.queue, let region = Self.region(ofQueue: queue) ?? cloud.regions.first {
      paths.append(
        AWSEventQueue(
          cloud: cloud.name, queue: queue, region: region, regions: Set(cloud.regions),
          endpoint: cloud.endpoint, credentials: proof, transport: transport, time: time))
    }
    if cloud.listensToMetadata {
      paths.append(EC2Metadata(cloud: cloud.name, transport: transport, time: time))
    }
    return paths
  }

  /// "https://sqs.us-east-1.amazonaws.com/…" is in us-east-1.
  private static func region(ofQueue url: String) -> Region? {
    let parts = (URL(string: url)?.host() ?? "").split(separator: ".")
    return parts.count > 3 && parts[0] == "sqs" ? Region(String(parts[1])) : nil
  }

  private var awsKeys: CredentialCache<AWSCredentials> {
    guard let given = cloud.credentials else {
      return AWSCredentialChain(
        profile: cloud.profile, region: cloud.regions.first?.rawValue, endpoint: cloud.endpoint,
        transport: transport, time: time
      ).cache()
    }
    return CredentialCache(time: time) { () async throws(ActuateError) in
      try Self.secret { () throws(SecretError) in
        AWSCredentials(
          accessKeyID: try given.accessKeyID.resolve(),
          secretAccessKey: Secret(try given.secretAccessKey.resolve()),
          sessionToken: try given.sessionToken.map { reference throws(SecretError) in
            Secret(try reference.resolve())
          })
      }
    }
  }

  private var gcp: CloudAccount {
    let keys = GCPCredentialChain(
      file: cloud.credentialsFile, transport: transport, time: time,
      tokenURL: cloud.endpoint.map { $0 + "/token" }
    ).cache()
    let project = cloud.account ?? ""
    let actuator = GCPActuator(
      cloud: cloud.name, project: project, zones: cloud.zones, regions: cloud.regions,
      endpoint: cloud.endpoint, credentials: keys, fleet: fleet, pools: pools,
      groups: workloads("mig/"), transport: transport, time: time)
    let sweep = InventorySweep(actuator, time: time)
    let token = { @Sendable () async throws(ActuateError) -> Issued<Secret> in
      let issued = try await keys.current()
      return Issued(issued.value.accessToken, link: issued.link, expiresAt: issued.expiresAt)
    }
    var paths: [any InterruptionSource] = [sweep]
    if usesSpot {
      paths.append(
        GCPOperationsSweep(
          cloud: cloud.name, project: project, zones: cloud.zones,
          endpoint: cloud.endpoint ?? "https://compute.googleapis.com", token: token,
          transport: transport, time: time))
    }
    if cloud.listensToMetadata {
      paths.append(GCPMetadata(cloud: cloud.name, transport: transport, time: time))
    }
    return made(
      sweep,
      prices: [
        GCPPrices(
          cloud: cloud.name, endpoint: cloud.endpoint, credentials: keys, transport: transport,
          time: time)
      ], interruptions: paths
    ) { () async throws(ActuateError) in
      let issued = try await keys.current()
      return .init(link: issued.link, expiresAt: issued.expiresAt, identity: "project \(project)")
    }
  }

  private var azure: CloudAccount {
    let keys = azureKeys
    let actuator = AzureActuator(
      cloud: cloud.name, subscription: cloud.account ?? "", resourceGroups: cloud.groups,
      locations: cloud.regions, endpoint: cloud.endpoint, credentials: keys, fleet: fleet,
      pools: pools, sets: Set(workloads("vmss/")), transport: transport, time: time)
    let sweep = InventorySweep(actuator, time: time)
    var paths: [any InterruptionSource] = [sweep]
    if cloud.listensToMetadata {
      paths.append(
        AzureScheduledEvents(
          cloud: cloud.name,
          node: { name in
            // Events name machines without their group; they are rare, so all are asked for.
            let nodes = try? await actuator.inventory().nodes
            return nodes?.first { $0.id.rawValue.hasSuffix("/" + name.lowercased()) }?.id
          }, transport: transport, time: time))
    }
    return made(
      sweep, prices: [AzurePrices(cloud: cloud.name, transport: transport, time: time)],
      interruptions: paths
    ) { () async throws(ActuateError) in
      let issued = try await keys.current()
      return .init(link: issued.link, expiresAt: issued.expiresAt)
    }
  }

  private var azureKeys: CredentialCache<AzureToken> {
    var environment = ProcessInfo.processInfo.environment
    if let endpoint = cloud.endpoint { environment["AZURE_AUTHORITY_HOST"] = endpoint }
    let (transport, time) = (transport, time)
    guard let login = cloud.login else {
      let chain = AzureCredentials(environment: environment, transport: transport, time: time)
      return CredentialCache(time: time) { () async throws(ActuateError) in try await chain.token()
      }
    }
    let base = environment
    return CredentialCache(time: time) { () async throws(ActuateError) in
      var environment = base
      environment["AZURE_TENANT_ID"] = login.tenant
      environment["AZURE_CLIENT_ID"] = login.client
      environment["AZURE_CLIENT_SECRET"] = try Self.secret { () throws(SecretError) in
        try login.secret.resolve()
      }.value
      var issued = try await AzureCredentials(
        environment: environment, transport: transport, time: time
      ).token()
      issued.link = "login in finops.yaml"
      return issued
    }
  }

  private var kubernetes: CloudAccount {
    var environment = ProcessInfo.processInfo.environment
    if let file = cloud.kubeconfig { environment["KUBECONFIG"] = file }
    let access: KubernetesAccess
    do throws(ActuateError) {
      access = try KubernetesAccess.find(
        context: cloud.profile, environment: environment, time: time)
    } catch {
      return made(UnreachableCloud(cloud: cloud.name, error: error)) {
        () async throws(ActuateError) in throw error
      }
    }
    let actuator = KubernetesActuator(
      cloud: cloud.name, access: access, fleet: fleet, pools: pools, namespaces: cloud.groups,
      transport: transport, time: time)
    return made(actuator, interruptions: [actuator.interruptions]) {
      () async throws(ActuateError) in
      .init(link: try await access.credentialLink())
    }
  }
}

// MARK: Replicas

extension CloudMaker {
  private var runPod: CloudAccount {
    let token = token(or: .runPod())
    let actuator = RunPodActuator(
      cloud: cloud.name, endpoint: cloud.endpoint, dataEndpoint: cloud.endpoint,
      credentials: token, fleet: fleet, pools: pools, transport: transport, time: time)
    let sweep = InventorySweep(actuator, time: time)
    return made(
      sweep, prices: [RunPodPrices(actuator, time: time)], interruptions: [sweep],
      proof: proof(of: token))
  }

  private var huggingFace: CloudAccount {
    let token = token(or: .huggingFace())
    let actuator = HuggingFaceActuator(
      cloud: cloud.name, namespaces: [cloud.account ?? ""], endpoint: cloud.endpoint,
      credentials: token, transport: transport, time: time)
    return made(
      actuator, prices: [HuggingFacePrices(actuator, time: time)], proof: proof(of: token))
  }

  private var replicate: CloudAccount {
    let token = token(or: .replicate())
    let actuator = ReplicateActuator(
      cloud: cloud.name, endpoint: cloud.endpoint, credentials: token, transport: transport,
      time: time)
    return made(actuator, proof: proof(of: token))
  }

  private var modal: CloudAccount {
    let chain = ModalTokenChain()
    let actuator = ModalActuator(
      cloud: cloud.name, functions: cloud.functions, environment: cloud.environment,
      endpoint: cloud.endpoint,
      credentials: { () async throws(ActuateError) in try chain.token() }, transport: transport,
      time: time)
    return made(actuator) { () async throws(ActuateError) in
      .init(link: try chain.token().link)
    }
  }

  private typealias Token = @Sendable () async throws(ActuateError) -> Issued<Secret>

  /// The token the settings point to, else the vendor's own chain.
  private func token(or chain: AccessTokenChain) -> Token {
    guard let given = cloud.token else {
      return { () async throws(ActuateError) in try chain.token() }
    }
    return { () async throws(ActuateError) in
      let text = try Self.secret { () throws(SecretError) in try given.resolve() }
      return Issued(Secret(text.value), link: text.link)
    }
  }

  private func proof(
    of token: @escaping Token
  ) -> @Sendable () async throws(ActuateError) -> CloudAccount.Proof {
    { () async throws(ActuateError) in
      let issued = try await token()
      return .init(link: issued.link, expiresAt: issued.expiresAt)
    }
  }

  /// What a reference of the settings holds; what is wrong with it is a matter of credentials.
  private static func secret<Value: Sendable>(
    _ read: () throws(SecretError) -> Value
  ) throws(ActuateError) -> Issued<Value> {
    do throws(SecretError) { return Issued(try read(), link: "finops.yaml") } catch {
      throw .refused(ActFailure(kind: .auth, code: "credentials", message: "\(error)"))
    }
  }
}

/// An account that could not be made: every call says why.
struct UnreachableCloud: Actuator {
  let cloud: CloudName
  let error: ActuateError

  func inventory() async throws(ActuateError) -> Inventory { throw error }
  func observe(_ node: NodeID) async throws(ActuateError) -> Node? { throw error }
  func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt { throw error }
}
