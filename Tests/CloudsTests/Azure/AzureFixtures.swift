import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport

let azureSubscription = "11111111-1111-4111-8111-111111111111"
let azureSubnet =
  "/subscriptions/\(azureSubscription)/resourceGroups/net/providers/Microsoft.Network/"
  + "virtualNetworks/v/subnets/gpu"

let azureSpec = LaunchSpec(
  cloud: "azure", region: "eastus", type: "Standard_NC24ads_A100_v4",
  image: "Canonical:ubuntu-24_04-lts:server:latest", subnet: azureSubnet)

func azureLaunch(
  _ token: String = "tok1", _ spec: LaunchSpec = azureSpec, tags: [String: String] = [:]
) -> Action { Action(token: token, intent: .launch, launch: spec, tags: tags) }

/// A fake and the actuator of fleet "f" over it.
struct AzureScene {
  let time: VirtualTime
  let cloud: FakeAzure
  let endpoint: String
  let actuator: AzureActuator

  static func open(
    lag: FakeAzure.Lag = FakeAzure.Lag(), faults: FaultPlan = FaultPlan(),
    groups: [String] = [], pools: [[String: String]] = [],
    sets: Set<WorkloadID> = ["vmss/fleet/gpu", "vmss/fleet/workers"],
    patience: AzureActuator.Patience = AzureActuator.Patience()
  ) async throws -> AzureScene {
    let time = VirtualTime()
    let cloud = FakeAzure(lag: lag, time: time, faults: FaultInjector(faults))
    cloud.addGroup("fleet")
    cloud.accept(client: "app", secret: "s3cret")
    let endpoint = try await cloud.start()
    let chain = azureChain(endpoint, time: time)
    let actuator = AzureActuator(
      cloud: "azure", subscription: azureSubscription, resourceGroups: groups,
      launchGroup: "fleet", endpoint: endpoint,
      credentials: CredentialCache(time: time) { () throws(ActuateError) in
        try await chain.token()
      }, fleet: "f", pools: pools,
      login: AzureLogin(name: "ops", publicKey: "ssh-ed25519 AAAA ops"), sets: sets,
      patience: patience,
      transport: LoopbackClient(), time: time)
    return AzureScene(time: time, cloud: cloud, endpoint: endpoint, actuator: actuator)
  }

  private init(
    time: VirtualTime, cloud: FakeAzure, endpoint: String, actuator: AzureActuator
  ) {
    self.time = time
    self.cloud = cloud
    self.endpoint = endpoint
    self.actuator = actuator
  }

  /// What an act ends in.
  func outcome(_ action: Action) async -> Result<Receipt, ActuateError> {
    do throws(ActuateError) { return .success(try await actuator.carryOut(action)) } catch {
      return .failure(error)
    }
  }
}

func azureChain(
  _ endpoint: String, time: any TimeSource,
  environment: [String: String] = [
    "AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "s3cret",
    "AZURE_TENANT_ID": "22222222-2222-4222-8222-222222222222",
  ], metadata: String? = nil, program: String = "/no/such/program"
) -> AzureCredentials {
  var environment = environment
  environment["AZURE_AUTHORITY_HOST"] = endpoint
  return AzureCredentials(
    environment: environment, metadata: metadata, program: program, transport: LoopbackClient(),
    time: time)
}

/// An actuator over scripted answers, with a token of its own.
func azureActuator(
  _ transport: any HTTPTransport, time: VirtualTime = VirtualTime(), groups: [String] = []
) -> AzureActuator {
  AzureActuator(
    cloud: "azure", subscription: azureSubscription, resourceGroups: groups, launchGroup: "fleet",
    endpoint: "https://arm.example",
    credentials: CredentialCache(time: time) { () throws(ActuateError) in
      Issued(AzureToken(Secret("token")), link: "test")
    }, fleet: "f", sets: ["vmss/fleet/workers"], transport: transport, time: time)
}

extension Result where Success == HTTPResponse, Failure == TransportError {
  static func arm(_ code: String, _ message: String = "no", status: Int) -> Self {
    json(#"{"error":{"code":"\#(code)","message":"\#(message)"}}"#, status: status)
  }
}
