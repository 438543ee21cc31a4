import Foundation
import Testing

/// `finops prices` as a person uses it; no database, no cloud.
@Suite("finops prices")
struct PricesCommandTests {
  static let azure = """
    InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,Generation
    Standard_NC4as_T4_v3,T4,1,4,28,"{'Gpus': [{'Name': 'T4',
     'Count': 1}]}",0.53,0.204246,eastus,V1,V2
    Standard_NC24ads_A100_v4,A100-80GB,1,24,220,,3.673,,eastus,V2
    Standard_ND96isr_H100_v5,H100,8,96,1900,,9.832,,eastus,V2
    Standard_D4s_v5,,,4,16,,0.192,,eastus,V2
    Standard_ND1,H100,1,4,16,,20000,,eastus,V2
    Standard_ND2,H100,1,4,16,,,,eastus,V2
    Standard_ND3,H100,1,4,16,,0.10000000000001,,eastus,V2
    Standard_ND4,H100

    """

  private func run(
    _ arguments: [String], in folder: URL
  ) async throws -> (code: Int32?, output: String) {
    let (code, output) = try await FinopsProcess.run(["prices"] + arguments, in: folder)
    return (code, output.replacingOccurrences(of: folder.path, with: "HERE"))
  }

  private func stored(in folder: URL) throws -> String {
    try String(contentsOf: folder.appending(path: ".finops/prices.json"), encoding: .utf8)
  }

  @Test("list shows each price with its source and day, without any settings")
  func list() async throws {
    let workshop = try Workshop()
    let (code, output) = try await run(
      ["list", "--cloud", "replicate"], in: workshop.folder)
    #expect(code == 0)
    #expect(
      output == """
        CLOUD      TYPE            REGION  CAPACITY   $/HOUR  FROM      AS OF       SOURCE
        replicate  gpu-a100-large  any     on-demand  $5.04   built in  2026-05-07  Replicate pricing page, per second
        replicate  gpu-h100        any     on-demand  $5.49   built in  2026-05-07  Replicate pricing page, per second
        replicate  gpu-l40s        any     on-demand  $3.51   built in  2026-05-07  Replicate pricing page, per second
        replicate  gpu-t4          any     on-demand  $0.81   built in  2026-05-07  Replicate pricing page, per second

        """)
  }

  @Test("list chooses by type, region and capacity, and writes JSON")
  func chosen() async throws {
    let workshop = try Workshop()
    let (code, output) = try await run(
      ["list", "--type", "p5.*", "--region", "us-east-1", "-o", "json"], in: workshop.folder)
    #expect(code == 0)
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    #expect(list.map { $0["type"] as? String } == ["p5.48xlarge", "p5.4xlarge"])
    #expect(list.first?["hourly"] as? String == "55.040000000")
    #expect(list.first?["from"] as? String == "built in")
    let none = try await run(["list", "--capacity", "spot"], in: workshop.folder)
    #expect(none.output == "no such price is known\n" && none.code == 0)
  }

  @Test("import takes what can be, keeps out what cannot, and says both")
  func imported() async throws {
    let workshop = try Workshop()
    let file = try workshop.write(Self.azure, to: "azure.csv")
    let (code, output) = try await run(
      ["import", file.path, "--as-of", "2026-11-21"], in: workshop.folder)
    #expect(code == 0)
    #expect(
      output == """
        8 rows, 6 prices as of 2026-11-21
          1 row left out: the row ends before its price, first in line 10
          1 row left out: no GPU (--all takes them), first in line 6
          1 row left out: no price, first in line 8
          1 price rounded to the nano-dollar
          changed  azure/Standard_NC4as_T4_v3/eastus/on-demand  $0.526 → $0.53 (× 1.01)
          refused  azure/Standard_ND1/eastus/on-demand  $20000.00: is above $10,000 an hour
          refused  azure/Standard_ND96isr_H100_v5/eastus/on-demand  $98.32 → $9.832 (× 0.10): moved further than a price does in one step
        2 new, 1 changed, 1 unchanged, 2 refused
        look at the refused ones; --accept-changes takes 1 of them
        wrote HERE/.finops/prices.json: 4 prices

        """)
    let listed = try await run(
      ["list", "--cloud", "azure", "--type", "Standard_NC4as_T4_v3"], in: workshop.folder)
    #expect(listed.output.contains("$0.53      price file  2026-11-21  SkyPilot catalogue"))
    #expect(listed.output.contains("spot       $0.204246"))
  }

  @Test("a second import changes nothing, and accepted changes are taken")
  func again() async throws {
    let workshop = try Workshop()
    let file = try workshop.write(Self.azure, to: "azure.csv")
    let import1 = ["import", file.path, "--as-of", "2026-11-21"]
    _ = try await run(import1, in: workshop.folder)
    let first = try stored(in: workshop.folder)
    let second = try await run(import1, in: workshop.folder)
    #expect(second.output.contains("0 new, 0 changed, 4 unchanged, 2 refused"))
    #expect(try stored(in: workshop.folder) == first)
    let accepted = try await run(import1 + ["--accept-changes"], in: workshop.folder)
    #expect(accepted.output.contains("0 new, 1 changed, 4 unchanged, 1 refused"))
    #expect(accepted.output.contains("$98.32 → $9.832 (× 0.10)"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: workshop.folder.path + "/.finops")
    #expect(Set(names) == ["prices.json", "prices.lock"], "no draft is left behind")
  }

  @Test("a dry run says the same and writes nothing")
  func dryRun() async throws {
    let workshop = try Workshop()
    let file = try workshop.write(Self.azure, to: "azure.csv")
    let (code, output) = try await run(["import", file.path, "--dry-run"], in: workshop.folder)
    #expect(code == 0 && output.hasSuffix("nothing written (--dry-run)\n"), "\(output)")
    #expect(!FileManager.default.fileExists(atPath: workshop.folder.path + "/.finops/prices.json"))
  }

  @Test(
    "an error writes nothing and says what is wrong",
    arguments: [
      ("broken.csv", ["--cloud", "aws"], 1, "line 3: a quote that is never closed"),
      ("foreign.csv", ["--cloud", "aws"], 1, "the header has no column InstanceType"),
      ("nothing.csv", ["--cloud", "aws"], 1, "gives no price; nothing was imported"),
      ("absent.csv", ["--cloud", "aws"], 1, "absent.csv"),
      ("broken.csv", [], 64, "say it with --cloud"),
      ("nothing.csv", ["--cloud", "aws", "--as-of", "May"], 64, "a day such as 2026-11-21"),
    ])
  func fails(name: String, options: [String], code: Int32, words: String) async throws {
    let workshop = try Workshop()
    let header = "InstanceType,AcceleratorName,Price,Region\n"
    _ = try workshop.write(header + "m,T4,1,r\nn,\"T4", to: "broken.csv")
    _ = try workshop.write("a,b\n1,2\n", to: "foreign.csv")
    _ = try workshop.write(header + "m,,1,r\n", to: "nothing.csv")
    let ran = try await run(["import", name] + options, in: workshop.folder)
    #expect(ran.code == code && ran.output.lowercased().contains(words.lowercased()), "\(ran)")
    #expect(!FileManager.default.fileExists(atPath: workshop.folder.path + "/.finops/prices.json"))
  }

  @Test("finops.yaml wins over the file, and its limit is the gate's")
  func settings() async throws {
    let workshop = try Workshop()
    _ = try workshop.write(
      """
      version: 1
      fleet: {name: x}
      data_dir: kept
      clouds:
        prod: {type: aws, regions: [us-east-1]}
      collectors:
        - {type: dcgm, targets: ["127.0.0.1:9400"]}
      safety: {largest_jump: 1%}
      prices:
        - {cloud: prod, type: g6.xlarge, region: us-east-1, hourly: $0.5/h, as_of: 2026-11-20}

      """, to: "finops.yaml")
    _ = try workshop.write(
      "InstanceType,AcceleratorName,Price,Region\ng6.xlarge,L4,0.7,us-east-1\n"
        + "g6.2xlarge,L4,0.98,us-east-1\n", to: "aws.csv")
    let taken = try await run(
      ["import", "aws.csv", "--as-of", "2026-11-21"], in: workshop.folder)
    #expect(taken.output.contains("0 new, 1 changed, 0 unchanged, 1 refused"), "\(taken.output)")
    #expect(taken.output.contains("wrote HERE/kept/prices.json"), "\(taken.output)")
    let list = try await run(["list", "--type", "g6.*xlarge"], in: workshop.folder)
    #expect(list.output == "no such price is known\n", "a star stands at the end only")
    let named = try await run(["list", "--cloud", "prod", "--type", "g6.*"], in: workshop.folder)
    #expect(named.output.contains("g6.xlarge    us-east-1  on-demand  $0.50"), "\(named.output)")
    #expect(named.output.contains("g6.2xlarge   us-east-1  on-demand  $0.98"), "\(named.output)")
    let kind = try await run(
      ["list", "--cloud", "aws", "--type", "g6.xlarge"], in: workshop.folder)
    #expect(kind.output.contains("$0.8048"), "\(kind.output)")
  }

  @Test("a price file that was spoiled is an error with its place, not a shorter list")
  func spoiled() async throws {
    let workshop = try Workshop()
    try FileManager.default.createDirectory(
      at: workshop.folder.appending(path: ".finops"), withIntermediateDirectories: true)
    let head = #"{"version":1,"currency":"USD","unit":"hour","prices":["#
    let entry = #"{"cloud":"aws","type":"m","capacity":"spot","hourly":"0","source":"s","#
    _ = try workshop.write(head + entry + #""asOf":"2026-11-21"}]}"#, to: ".finops/prices.json")
    let (code, output) = try await run(["list"], in: workshop.folder)
    #expect(code == 1)
    #expect(
      output.contains(
        "HERE/.finops/prices.json: prices[0].hourly: hourly is not above zero; mend it or remove it"
      ),
      "\(output)")
    _ = try workshop.write("{", to: ".finops/prices.json")
    #expect(try await run(["list"], in: workshop.folder).code == 1)
  }

  @Test("update without a cloud that can be asked says what to do instead, and needs settings")
  func update() async throws {
    let workshop = try Workshop()
    #expect(try await run(["update"], in: workshop.folder).code == 78)
    _ = try workshop.write(
      """
      version: 1
      fleet: {name: x}
      collectors:
        - {type: dcgm, targets: ["127.0.0.1:9400"]}

      """, to: "finops.yaml")
    let none = try await run(["update"], in: workshop.folder)
    #expect(none.code == 1 && none.output.contains("finops prices import"), "\(none)")
    let unknown = try await run(["update", "--cloud", "mars"], in: workshop.folder)
    #expect(unknown.code == 64 && unknown.output.contains("no cloud 'mars'"), "\(unknown)")
  }
}
