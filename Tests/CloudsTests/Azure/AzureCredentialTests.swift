import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@Suite struct AzureCredentialTests {
  static let tenant = "22222222-2222-4222-8222-222222222222"

  private func open() async throws -> (FakeAzure, String, VirtualTime) {
    let time = VirtualTime()
    let cloud = FakeAzure(lag: .none, time: time)
    cloud.accept(client: "app", secret: "s3cret/+&=")
    cloud.accept(assertion: "the.kubelet.token")
    return (cloud, try await cloud.start(), time)
  }

  private func file(_ text: String) throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(text.utf8).write(to: url)
    return url
  }

  /// A program that prints this. Written by a child: a file this process has open for writing can
  /// not be run while another test starts a child of its own.
  private func program(printing text: String) async throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let script = "#!/bin/sh\n[ \"$1\" = account ] && echo '\(text)'\n"
    let made = try await PythonJudge.aside(
      ["sh", "-c", "cat > \"$0\" && chmod 755 \"$0\"", url.path], input: script, limit: 10)
    #expect(made.status == 0)
    return url
  }

  @Test func `A client secret comes first, and its token ends when the login says`() async throws {
    let (cloud, endpoint, time) = try await open()
    let chain = azureChain(
      endpoint, time: time,
      environment: [
        "AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "s3cret/+&=",
        "AZURE_TENANT_ID": Self.tenant, "AZURE_FEDERATED_TOKEN_FILE": "/no/such/file",
      ], metadata: endpoint)
    let issued = try await chain.token()
    await cloud.stop()
    #expect(issued.link == "client secret in the environment")
    #expect(issued.expiresAt == time.now().advanced(by: .hours(1)))
    #expect(issued.value.bearer.reveal().hasPrefix("fake-token-"))
  }

  @Test func `A secret that is wrong is an error that says so, and no other link is tried`()
    async throws
  {
    let (cloud, endpoint, time) = try await open()
    let chain = azureChain(
      endpoint, time: time,
      environment: [
        "AZURE_CLIENT_ID": "app", "AZURE_CLIENT_SECRET": "old", "AZURE_TENANT_ID": Self.tenant,
      ], metadata: endpoint)
    let failure = await refusal(chain)
    await cloud.stop()
    #expect(failure?.kind == .auth && failure?.message.contains("invalid_client") == true)
    #expect(cloud.calls("ManagedIdentity_GetToken").isEmpty)
  }

  @Test func `A workload identity's file is read for every login`() async throws {
    let (cloud, endpoint, time) = try await open()
    let url = try file("old.token\n")
    defer { try? FileManager.default.removeItem(at: url) }
    let chain = azureChain(
      endpoint, time: time,
      environment: [
        "AZURE_CLIENT_ID": "app", "AZURE_TENANT_ID": Self.tenant,
        "AZURE_FEDERATED_TOKEN_FILE": url.path,
      ])
    #expect(await refusal(chain)?.kind == .auth)
    try Data("the.kubelet.token\n".utf8).write(to: url)
    #expect(try await chain.token().link == "workload identity (\(url.path))")
    await cloud.stop()
  }

  @Test func `A managed identity is asked for through the header it needs`() async throws {
    let (cloud, endpoint, time) = try await open()
    let issued = try await azureChain(endpoint, time: time, environment: [:], metadata: endpoint)
      .token()
    #expect(issued.link == "managed identity")
    #expect(issued.expiresAt == time.now().advanced(by: .hours(1)))
    cloud.setIdentity(false)
    let chain = azureChain(endpoint, time: time, environment: [:], metadata: endpoint)
    let message = await refusal(chain)?.message ?? ""
    await cloud.stop()
    for link in [
      "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE", "managed identity",
      "account get-access-token",
    ] { #expect(message.contains(link), "\(message)") }
  }

  @Test func `An app's identity endpoint goes before the machine's`() async throws {
    let reply = Result<HTTPResponse, TransportError>.json(
      #"{"access_token":"app-token","expires_on":"1795255200","token_type":"Bearer"}"#)
    let transport = ScriptedTransport([reply])
    let chain = AzureCredentials(
      environment: ["IDENTITY_ENDPOINT": "http://127.0.0.1:1/msi", "IDENTITY_HEADER": "h"],
      transport: transport, time: VirtualTime())
    let issued = try await chain.token()
    #expect(issued.link == "managed identity (IDENTITY_ENDPOINT)")
    #expect(issued.expiresAt == Timestamp(seconds: 1_795_255_200))
    let request = try #require(transport.requests.first)
    #expect(request.headers == [HTTPField("X-IDENTITY-HEADER", "h")])
    #expect(
      request.url == "http://127.0.0.1:1/msi?api-version=2019-08-01"
        + "&resource=https%3A%2F%2Fmanagement.azure.com")
  }

  @Test(arguments: [
    (#"{"accessToken":"cli","expires_on":1795255200}"#, Timestamp(seconds: 1_795_255_200)),
    (#"{"accessToken":"cli","expiresOn":"2026-11-21 10:22:06.000000"}"#, nil),
  ])
  func `The command line's token is taken, its end only when it is not local time`(
    printed: String, end: Timestamp?
  ) async throws {
    let program = try await program(printing: printed)
    defer { try? FileManager.default.removeItem(at: program) }
    let chain = AzureCredentials(
      environment: ["PATH": "/usr/bin:/bin"], metadata: nil, program: program.path,
      transport: ScriptedTransport([]), time: VirtualTime())
    let issued = try await chain.token()
    #expect(issued.link == "Azure command line" && issued.value.bearer.reveal() == "cli")
    #expect(issued.expiresAt == end)
  }

  @Test(arguments: [
    #"{"access_token":"","expires_in":3600}"#, #"{"access_token":"a\r\nX-Evil: 1"}"#, "{}", "[]",
    "", "<html>",
  ])
  func `What is no token is never sent as one`(body: String) async {
    let chain = AzureCredentials(
      environment: ["IDENTITY_ENDPOINT": "http://127.0.0.1:1/msi", "IDENTITY_HEADER": "h"],
      transport: ScriptedTransport([.json(body)]), time: VirtualTime())
    #expect(await refusal(chain)?.kind == .auth)
  }

  @Test(arguments: [429, 500, 503])
  func `A login that is busy is asked later`(status: Int) async {
    let chain = AzureCredentials(
      environment: ["IDENTITY_ENDPOINT": "http://127.0.0.1:1/msi", "IDENTITY_HEADER": "h"],
      transport: ScriptedTransport([.json("", status: status)]), time: VirtualTime())
    do throws(ActuateError) {
      _ = try await chain.token()
      Issue.record("taken")
    } catch {
      guard case .retryLater = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  private func refusal(_ chain: AzureCredentials) async -> ActFailure? {
    do throws(ActuateError) {
      _ = try await chain.token()
      return nil
    } catch { return error.refusal }
  }
}
