import Controller
import DemoFleet
import Foundation
import Testing

/// `finops prices update` against the price list of a fake, beside a cloud that does not answer.
@Suite("finops prices update")
struct PricesUpdateTests {
  @Test("one cloud that does not answer keeps no other's prices back, and ends with 1")
  func update() async throws {
    let workshop = try Workshop()
    let vendor = FakeHuggingFace(token: "hf_test", time: SystemTime())
    vendor.add("chat")
    let endpoint = try await vendor.start()
    let settings = """
      version: 1
      fleet: {name: f}
      clouds:
        hf: {type: huggingface, namespace: acme, endpoint: "\(endpoint)", token: {env: HF}}
        rp: {type: runpod, endpoint: "http://127.0.0.1:9", token: {env: RP}}

      """
    let file = workshop.folder.appending(path: "finops.yaml")
    try settings.write(to: file, atomically: true, encoding: .utf8)
    let (code, output) = try await FinopsProcess.run(
      ["prices", "update", "--config", file.path],
      environment: ["HF": "hf_test", "RP": "rpa_test"], in: workshop.folder)
    await vendor.stop()
    #expect(code == 1)
    #expect(output.contains("hf: 5 prices"), "\(output)")
    #expect(output.contains("no prices from rp"), "\(output)")
    let stored = try String(
      contentsOf: workshop.folder.appending(path: ".finops/prices.json"), encoding: .utf8)
    #expect(stored.contains("Hugging Face"))
    #expect(!output.contains("rpa_test") && !output.contains("hf_test"))
  }
}
