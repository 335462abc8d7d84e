-- slipway: expand
-- Whatever asks for cents fails from this moment on: nobody goes back from here.
alter table orders rename column cents to amount;
