//! `truyvet token`: keys with which programs come in.

use jiff::Timestamp;
use serde_json::json;

use super::{Ending, Globals, context, print, values};
use crate::auth::{self, TokenAnswer};
use crate::base::{Error, Kind, Result};
use crate::say;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Add(AddArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[arg(value_name = "USER")]
    user: String,
    #[arg(long, value_name = "TEXT")]
    name: String,
    #[arg(long, value_name = "LENGTH")]
    lasts: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct RevokeArgs {
    #[arg(value_name = "NUMBER")]
    number: i64,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let mut store = context::store_beside(&site)?;
    let now = Timestamp::now();
    match &args.what {
        What::Add(args) => {
            let lasts = args.lasts.as_deref().map(|text| values::length("--lasts", text)).transpose()?;
            let (number, key) = auth::make_token(&mut store, &args.user, &args.name, lasts, context::actor(), now)?;
            let name = args.user.trim().to_lowercase();
            let said = say!(
                "khóa số {number} của {name}, chỉ hiện một lần này:",
                "key number {number} of {name}, shown this once only:"
            );
            print::note(said.in_lang(globals.lang));
            print::line(&key);
        }
        What::List(args) => {
            let tokens = store.tokens()?;
            if args.json {
                let shown: Vec<TokenAnswer> = tokens.into_iter().map(TokenAnswer::from).collect();
                print::json(&json!({ "tokens": shown }))?;
            } else {
                for token in &tokens {
                    let (number, user, name) = (token.id, &token.user.name, &token.name);
                    let made = print::instant(token.made_at, &site.zone);
                    let state = match (token.revoked_at, token.expires_at.is_some_and(|at| at <= now)) {
                        (Some(at), _) => {
                            let at = print::instant(at, &site.zone);
                            say!("đã thu hồi {at}", "revoked {at}")
                        }
                        (None, true) => say!("đã hết hạn", "expired"),
                        (None, false) => say!("còn dùng", "good"),
                    };
                    print::line(&format!("{number} · {user} · {name} · {made} · {}", state.in_lang(globals.lang)));
                }
            }
        }
        What::Revoke(args) => {
            let number = args.number;
            if !auth::revoke_token(&mut store, number, context::actor(), now)? {
                return Err(Error::new(
                    Kind::Usage,
                    say!("không có khóa số {number} còn dùng", "there is no good key of number {number}"),
                ));
            }
            print::line(say!("đã thu hồi khóa số {number}", "key number {number} is revoked").in_lang(globals.lang));
        }
    }
    Ok(Ending::Done)
}
